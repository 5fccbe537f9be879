"""What every test folder shares."""

from hypothesis import HealthCheck, settings

# A machine that is shared can be slow for a while; that is no fault of an example. All else stays as hypothesis has
# it, which in CI means the same examples every time.
settings.register_profile("tidbok", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tidbok")
