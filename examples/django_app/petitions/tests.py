"""How an application tests that its rows and its cases stand together; run by ``manage test``."""
# ruff: noqa: D102, PT009, PT027 - the names are the sentences, and unittest has its own asserts

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from examples.django_app.petitions import cases
from examples.django_app.petitions.models import Petition

from caseflow.engine import CaseFilter, CaseRow
from caseflow.errors import UnknownProcess
from caseflow.kernel import CaseCompleted


def tearDownModule() -> None:
    """Close caseflow's connections, so that the test database can be dropped."""
    cases.engine().close()
    cases.engine.cache_clear()


class TogetherTests(TransactionTestCase):
    """`TestCase` would not do: it never commits, and caseflow's readers see what is committed."""

    def found(self, number: str) -> tuple[int, tuple[CaseRow, ...]]:
        """Count the rows of a petition, and return its cases, as others see them."""
        with cases.engine().read() as work:
            page = work.cases(CaseFilter(business_key=number))
        return Petition.objects.filter(number=number).count(), page.items

    def test_a_petition_and_its_case_are_committed_together(self) -> None:
        with transaction.atomic():
            Petition.objects.create(number="c-1", petitioner="Zhao", text="a lamp is broken")
            with cases.unit_of_work("li") as work:
                case = work.start("petition", business_key="c-1", unit="county")

        rows, (found,) = self.found("c-1")

        self.assertEqual((rows, found.id), (1, case.id))

    def test_what_fails_later_takes_both_back(self) -> None:
        with self.assertRaisesRegex(ValueError, "later"), transaction.atomic():
            Petition.objects.create(number="r-1", petitioner="Zhao", text="a lamp is broken")
            with cases.unit_of_work("li") as work:
                work.start("petition", business_key="r-1", unit="county")
            fail()

        self.assertEqual(self.found("r-1"), (0, ()))

    def test_an_inner_block_takes_back_its_own_part(self) -> None:
        with transaction.atomic():
            Petition.objects.create(number="i-1", petitioner="Zhao", text="a lamp is broken")
            with self.assertRaises(UnknownProcess), cases.unit_of_work("li") as work:
                work.start("petition", business_key="i-1", unit="county")
                work.start("nothing_of_the_kind")

        self.assertEqual(self.found("i-1"), (1, ()))

    def test_moments_come_back_as_they_were_written(self) -> None:
        with cases.unit_of_work("li") as work:
            inside = work.start("petition", business_key="m-1", unit="county")
            task = work.tasks(case=inside).one()

        with cases.engine().read() as work:
            self.assertEqual(work.case(inside.id), inside)
            self.assertEqual(work.tasks(case=inside).one(), task)

    def test_outside_of_a_transaction_nothing_is_handed_in(self) -> None:
        with cases.unit_of_work("li") as work:
            work.start("petition", business_key="a-1", unit="county")
            self.assertTrue(connection.in_atomic_block)

        self.assertFalse(connection.in_atomic_block)
        self.assertEqual(len(self.found("a-1")[1]), 1)


class OverHttpTests(TransactionTestCase):
    """From the petition to its answer, as people do it."""

    def setUp(self) -> None:
        """Two people in two groups, logged in."""
        self.clients = {name: self.person(name, role) for name, role in PEOPLE.items()}

    def person(self, name: str, role: str) -> Client:
        """Add a user in a group, and log them in."""
        user = User.objects.create_user(name)
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        client = Client()
        client.force_login(user)
        return client

    def test_a_petition_is_screened_and_answered(self) -> None:
        li, wang = self.clients["li"], self.clients["wang"]
        engine = cases.engine()
        engine.events.subscribe("petitions", cases.follow, kinds=[CaseCompleted])

        sent = {"number": "h-1", "petitioner": "Zhao", "text": "a lamp is broken"}
        self.assertEqual(li.post("/petitions", sent, content_type=JSON).status_code, 201)
        (task,) = [one for one in li.get("/tasks").json()["tasks"] if one["number"] == "h-1"]
        self.assertNotIn("h-1", [one["number"] for one in wang.get("/tasks").json()["tasks"]])
        wrong = li.post(f"/tasks/{task['id']}/complete", {"reason": "!"}, content_type=JSON)
        self.assertEqual(
            (wrong.status_code, wrong.json()["problems"][0]["field"]), (422, "accepted")
        )
        hidden = wang.post(f"/tasks/{task['id']}/complete", {"accepted": True}, content_type=JSON)
        self.assertEqual(hidden.status_code, 404)
        done = li.post(f"/tasks/{task['id']}/complete", {"accepted": True}, content_type=JSON)
        self.assertEqual(done.json(), {"state": "running", "waiting_at": ["acknowledge"]})

        engine.worker().run_ready()
        (task,) = [one for one in wang.get("/tasks").json()["tasks"] if one["number"] == "h-1"]
        text = {"answer": "the lamp was repaired"}
        done = wang.post(f"/tasks/{task['id']}/complete", text, content_type=JSON)
        self.assertEqual(done.json(), {"state": "completed", "waiting_at": []})
        engine.run_due()

        self.assertEqual(li.get("/petitions/h-1").json()["state"], "answered")

    def test_who_is_not_logged_in_sees_nothing(self) -> None:
        self.assertEqual(Client().get("/tasks").status_code, 401)


def fail() -> None:
    """Stand for anything that goes wrong behind the unit of work."""
    raise ValueError("something later")


JSON = "application/json"
PEOPLE = {"li": "clerk", "wang": "officer"}
