"""`python -m producer` is `tidbok`."""

from producer.cli import main

if __name__ == "__main__":
    main(prog_name="tidbok")
