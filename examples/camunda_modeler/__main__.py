"""Runs two diagrams just as Camunda Modeler saved them, one for Camunda 8 and one for Camunda 7.

python -m examples.camunda_modeler
"""

from __future__ import annotations

from pathlib import Path

from caseflow import Engine
from caseflow.engine import CaseView
from caseflow.jobs import Job, Output
from caseflow.testing import BEGINNING, FakeClock

HERE = Path(__file__).parent


def make_engine(clock: FakeClock) -> Engine:
    """Deploy the diagrams, their form and their decision, and register a handler for each topic.

    What Camunda calls the type of a job or the topic of an external task is the topic here.
    """
    engine = Engine("sqlite://", clock=clock)
    engine.deploy(HERE / "camunda8")
    engine.deploy(HERE / "camunda7")

    @engine.handler("register-permit")
    def register(job: Job) -> Output:
        return {"number": f"{job.input['application']}/{job.input['objectors']}"}

    @engine.handler("send-mail")
    def send(job: Job) -> Output:
        print(f"   mail to {job.input['to']}: {job.input['subject']}")
        return None

    @engine.handler("issue-tag")
    def issue(job: Job) -> Output:
        return {"tag": f"tag of {job.input['owner']}"}

    return engine


def building_permit(engine: Engine) -> CaseView:
    """Take an application through the diagram of Camunda 8."""
    facts = {
        "applicationId": "B-17",
        "floorArea": 120,
        "neighbours": [{"clerk": "ann"}, {"clerk": "bob"}],
    }
    with engine.begin(actor="office") as work:
        case = work.start("Process_BuildingPermit", business_key="B-17", variables=facts)
        (task,) = work.tasks(case=case)
        print(f"   {task.name}: for {', '.join(task.roles)}, due {task.due_at:%Y-%m-%d}")
        work.complete(task, {"approved": True})
        for task in work.tasks(case=case):
            print(f"   {task.name}: {task.assignee}")
            work.complete(task, {"objects": task.assignee == "bob"}, person=task.assignee)
        work.send("fee-paid", key="B-17")
    engine.worker().run_ready()
    with engine.read() as work:
        return work.case(case)


def dog_licence(engine: Engine) -> CaseView:
    """Take an application through the diagram of Camunda 7."""
    with engine.begin(actor="office") as work:
        case = work.start("dog_licence", variables={"applicant": "zhao"})
        (task,) = work.tasks(case=case)
        print(f"   {task.name}: for {', '.join(task.roles)}, due {task.due_at:%Y-%m-%d}")
        work.complete(task, {"vaccinated": True, "weight": 12})
    engine.worker().run_ready()
    with engine.read() as work:
        return work.case(case)


def main() -> None:
    """Run both, and print what comes of them."""
    with make_engine(FakeClock(BEGINNING)) as engine:
        print("Camunda 8: building_permit.bpmn")
        permit = building_permit(engine)
        print(
            f"   {permit.state}, fee {permit.variables['fee']}, {permit.variables['permitNumber']}"
        )
        print("Camunda 7: dog_licence.bpmn")
        licence = dog_licence(engine)
        print(f"   {licence.state}, {licence.variables['tag']}")


if __name__ == "__main__":
    main()
