"""Settings of the example. What is for caseflow stands in DATABASES, and says why."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ.get("PETITIONS_FOLDER", "build"))
FOLDER.mkdir(parents=True, exist_ok=True)

SQLITE: dict[str, object] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": FOLDER / "petitions.db",
    "OPTIONS": {
        "timeout": 30,
        # A transaction that reads first and then writes fails when another wrote in between:
        # one that writes from its beginning waits for its turn.
        "transaction_mode": "IMMEDIATE",
    },
    # A file, because caseflow's own connection cannot see a database in the memory of another.
    "TEST": {"NAME": FOLDER / "test_petitions.db"},
}
POSTGRESQL: dict[str, object] = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("PGDATABASE", "petitions"),
    "USER": os.environ.get("PGUSER", ""),
    "PASSWORD": os.environ.get("PGPASSWORD", ""),
    "HOST": os.environ.get("PGHOST", ""),
    "PORT": os.environ.get("PGPORT", ""),
}
DATABASES = {"default": POSTGRESQL if "PGDATABASE" in os.environ else SQLITE}

SECRET_KEY = os.environ.get("PETITIONS_SECRET", "for your own machine only")
DEBUG = "PETITIONS_SECRET" not in os.environ
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "examples.django_app.petitions",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "examples.django_app.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
