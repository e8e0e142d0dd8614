"""What the application offers over HTTP, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST
from examples.django_app.petitions import cases
from examples.django_app.petitions.directory import OFFICE
from examples.django_app.petitions.models import Petition

from caseflow.engine import TaskView
from caseflow.errors import (
    CaseflowError,
    CommandRefused,
    EntriesRefused,
    NotAllowed,
    TaskHeldByOther,
    TaskNotOpen,
)
from caseflow.worklist import Desk

View = Callable[..., JsonResponse]


def answering(view: View) -> View:
    """Ask for a login, and give refusals of caseflow the status that says what they are."""

    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> JsonResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"error": "log in first"}, status=401)
        try:
            return view(request, **named)
        except EntriesRefused as refusal:
            problems = [{"field": one.field, "message": one.message} for one in refusal.problems]
            return JsonResponse({"problems": problems}, status=422)
        except (CommandRefused, json.JSONDecodeError) as refusal:
            return JsonResponse({"error": str(refusal)}, status=_status(refusal))
        except CaseflowError as failure:
            if not failure.is_retryable:
                raise
            return JsonResponse({"error": "busy: send it again"}, status=503)

    return answer


def _status(refusal: Exception) -> int:
    match refusal:
        case NotAllowed():
            return 403
        case TaskNotOpen():
            return 404
        case TaskHeldByOther():
            return 409
        case _:
            return 400


@require_POST
@answering
def petitions(request: HttpRequest) -> JsonResponse:
    """Take a petition in: its row and its case in one transaction."""
    told = json.loads(request.body)
    with cases.unit_of_work(request.user.username) as work:
        petition = Petition.objects.create(
            number=str(told["number"]), petitioner=told["petitioner"], text=told["text"]
        )
        case = work.start(
            "petition",
            business_key=petition.number,
            unit=OFFICE.id,
            variables={"petitioner": petition.petitioner},
        )
    return JsonResponse({"number": petition.number, "case": case.id}, status=201)


@require_GET
@answering
def petition(request: HttpRequest, number: str) -> JsonResponse:  # noqa: ARG001 - as Django calls it
    """Show a petition."""
    found = get_object_or_404(Petition, number=number)
    return JsonResponse({"number": found.number, "text": found.text, "state": found.state})


@require_GET
@answering
def tasks(request: HttpRequest) -> JsonResponse:
    """Show what the person has to do or could take, what is due first in front."""
    with cases.engine().read(actor=request.user.username) as work:
        page = Desk(work).mine(after=request.GET.get("after"), limit=50)
    return JsonResponse({"tasks": [_shown(task) for task in page], "next": page.next})


@require_POST
@answering
def complete(request: HttpRequest, task: str) -> JsonResponse:
    """Complete a task with what was filled in."""
    filled_in = json.loads(request.body)
    with cases.unit_of_work(request.user.username) as work:
        case = Desk(work).complete(task, filled_in)
    return JsonResponse({"state": case.state, "waiting_at": sorted(case.waiting_at)})


def _shown(task: TaskView) -> dict[str, object]:
    return {
        "id": task.id,
        "name": task.name,
        "number": task.business_key,
        "due_at": task.due_at,
        "held_by": task.assignee,
    }
