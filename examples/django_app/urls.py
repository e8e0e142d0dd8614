"""The addresses of the example."""

from __future__ import annotations

from django.urls import path
from examples.django_app.petitions import views

urlpatterns = [
    path("petitions", views.petitions),
    path("petitions/<str:number>", views.petition),
    path("tasks", views.tasks),
    path("tasks/<str:task>/complete", views.complete),
]
