"""What Engagemangsindex has been told, and what it does not take."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.services.staff import index_posts
from producer.services.staff.readings import number_in
from producer.web.staff.bookings_typed import page_typed
from producer.web.staff.office import Office, of
from producer.web.staff.words import say

Page = str | Response


def pages(office: Office) -> Blueprint:
    part = Blueprint("index_posts", __name__)
    part.add_url_rule("/index-posts", "index", of(office, _index))
    part.add_url_rule("/index-posts", "send_again", of(office, _send_again), methods=["POST"])
    return part


def _index(office: Office) -> Page:
    posts = index_posts.look(office.database, office.visit(), page_typed(request.args))
    return render_template("staff/index_posts.html", posts=posts, address=_shown(office.index_url))


def _send_again(office: Office) -> Page:
    """The one whose button it was, or all."""
    typed = request.form.get("post", "")
    post_id = None if typed == "all" else number_in(typed) or 0
    flash(say(index_posts.send_again(office.database, office.visit(), post_id)))
    return redirect(url_for("index_posts.index"))


def _shown(url: str) -> str:
    """Without a name and password, which could stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
