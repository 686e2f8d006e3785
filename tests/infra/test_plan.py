"""What a deployment would do, by value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.errors import Failed
from infra.steps import (
    ChangeStack,
    ClearWreck,
    DropSecret,
    Found,
    MakeBucket,
    OpenPage,
    PublishPack,
    RegisterChannel,
    SendProbe,
    StoreSecret,
    TurnOnForgetting,
    Upload,
    Wanted,
    explain,
    plan,
)

WANTED = Wanted(
    client="demo-salon",
    stack="nochnik-demo-salon",
    bucket="code",
    code="c0de",
    template="{}",
    parameters={"Client": "demo-salon", "CodeKey": "code/c0de.zip"},
    secrets={"telegram/token": "100000001:demo", "probe/secret": "made"},
    channels=("telegram", "whatsapp"),
)
DEPLOYED = Found(
    bucket=True,
    code=True,
    status="CREATE_COMPLETE",
    template="{}",
    parameters={"Client": "demo-salon", "CodeKey": "code/c0de.zip", "Other": "kept"},
    secrets={"telegram/token": "100000001:demo", "probe/secret": "made"},
    forgets=True,
)
AFTERWARDS = (PublishPack("demo-salon"), SendProbe(), RegisterChannel("telegram"), RegisterChannel("whatsapp"))


def test_the_first_deployment_makes_everything_in_order() -> None:
    assert plan(WANTED, Found()) == (
        MakeBucket("code"),
        Upload("code", "c0de"),
        StoreSecret("probe/secret", "made"),
        StoreSecret("telegram/token", "100000001:demo"),
        ChangeStack("nochnik-demo-salon", new=True, because=()),
        TurnOnForgetting(),
        *AFTERWARDS,
    )


def test_a_deployment_of_what_stands_leaves_the_stack_alone() -> None:
    assert plan(WANTED, DEPLOYED) == AFTERWARDS


def test_clients_are_sent_to_the_stack_only_after_it_has_proved_itself() -> None:
    steps = plan(WANTED, Found())
    assert steps.index(SendProbe()) < steps.index(RegisterChannel("telegram"))


def test_new_code_updates_the_stack_and_says_so() -> None:
    newer = replace(WANTED, code="beef", parameters={**WANTED.parameters, "CodeKey": "code/beef.zip"})
    assert plan(newer, replace(DEPLOYED, code=False))[:2] == (
        Upload("code", "beef"),
        ChangeStack("nochnik-demo-salon", new=False, because=("CodeKey",)),
    )


def test_a_changed_template_is_named_as_the_reason() -> None:
    assert plan(replace(WANTED, template="[]"), DEPLOYED)[0] == ChangeStack(
        "nochnik-demo-salon", new=False, because=("template",)
    )


def test_a_changed_secret_is_replaced_without_touching_the_stack() -> None:
    steps = plan(replace(WANTED, secrets={**WANTED.secrets, "telegram/token": "100000001:new"}), DEPLOYED)
    assert steps == (StoreSecret("telegram/token", "100000001:new", known=True), *AFTERWARDS)


def test_a_secret_that_is_not_wanted_any_more_is_deleted() -> None:
    found = replace(DEPLOYED, secrets={**DEPLOYED.secrets, "openai/api_key": "of-yesterday"})
    assert plan(WANTED, found) == (DropSecret("openai/api_key"), *AFTERWARDS)


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "DELETE_FAILED"])
def test_a_wreck_is_cleared_before_the_stack_is_made_anew(status: str) -> None:
    steps = plan(WANTED, replace(DEPLOYED, status=status))
    assert steps[:3] == (
        ClearWreck("nochnik-demo-salon", status),
        ChangeStack("nochnik-demo-salon", new=True, because=()),
        TurnOnForgetting(),
    )


def test_a_stack_that_was_rolled_back_can_be_updated() -> None:
    found = replace(DEPLOYED, status="UPDATE_ROLLBACK_COMPLETE", template="old")
    assert plan(WANTED, found)[0] == ChangeStack("nochnik-demo-salon", new=False, because=("template",))


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED", "DELETE_IN_PROGRESS"])
def test_a_stack_that_is_changing_or_stuck_is_not_touched(status: str) -> None:
    with pytest.raises(Failed, match=status):
        plan(WANTED, replace(DEPLOYED, status=status))


def test_a_laptop_opens_its_page_before_the_channels_are_registered_at_it() -> None:
    steps = plan(replace(WANTED, page=True), DEPLOYED)
    assert steps == (PublishPack("demo-salon"), SendProbe(), OpenPage(), *AFTERWARDS[2:])


def test_no_explanation_and_no_representation_shows_a_secret() -> None:
    steps = plan(WANTED, Found())
    shown = [explain(step) for step in steps] + [repr(step) for step in (*steps, WANTED, DEPLOYED)]
    assert [text for text in shown if "100000001:demo" in text] == []
