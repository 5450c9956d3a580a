"""Controls with which a ticket is changed at its tracker: status, people, dates, sections, comments."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.page.html import Child, Html, el
from sandbox.page.plain import Part

Choice = tuple[str, str]
"""Value and label."""


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls of one ticket.

    Attributes:
        ticket: how the browser names it: `jira:WEB-1`, `asana:1201…`.
        who: in whose name things are done.
    """

    ticket: str
    who: str

    def bar(self, *parts: Html) -> Html:
        """The row of menus and switches."""
        return el("div", parts, class_="controls", role="group", aria_label=f"Change this ticket as {self.who}",
                  data_key=f"controls/{self.ticket}")  # fmt: skip

    def menu(self, label: str, do: str, choices: Sequence[Choice], chosen: str) -> Html:
        """A choice that takes effect at once."""
        options = [el("option", words, value=value, selected=value == chosen) for value, words in choices]
        return self._labelled(label, el("select", options, autocomplete="off", aria_label=label, **self._named(do)))

    def date(self, label: str, do: str, value: object) -> Html:
        """A date that takes effect at once."""
        field = el("input", type="date", value=str(value or ""), aria_label=label, **self._named(do))
        return self._labelled(label, field)

    def _named(self, do: str) -> dict[str, str]:
        return {"data_do": do, "data_ticket": self.ticket, "data_key": f"{do}/{self.ticket}"}

    def _labelled(self, label: str, control: Html) -> Html:
        return el("label", el("span", label, aria_hidden="true"), control)

    def switch(self, label: str, do: str, *, on: bool) -> Html:
        """Something that is on or off."""
        return el("button", label, type="button", class_="button quiet", aria_pressed="true" if on else "false",
                  data_do=do, data_ticket=self.ticket)  # fmt: skip

    def delete(self) -> Html:
        """Delete the ticket, after a question."""
        return el("button", "Delete", type="button", class_="button quiet bad", data_do="delete",
                  data_ticket=self.ticket, data_ask="Delete this ticket?")  # fmt: skip

    def edit(self, index: int, part: Part) -> Html:
        """The form for one part of the description, folded up; it gets its text when it is opened."""
        name = part.title or "the beginning"
        hint = None
        if part.text is None:
            hint = el("p", "This form cannot show all that stands here; what you write is added below.", class_="hint")
        lines = (part.text or "").count("\n") + 2
        rows = min(max(lines, 3), 14)
        field = el("textarea", name="text", rows=rows, aria_label=f"Text of {name}", data_text=part.text or "")
        summary = el("summary", "Edit" if part.text is not None else "Add", aria_label=f"Edit {name}")
        kind = "edit" if part.text is None else "edit replaces"
        key = f"{index}/{part.title}"
        return self._form("edit", [field, hint], "Save", summary, key=key, part=str(index), class_=kind)

    def add(self) -> Html:
        """The form for a new part of the description, folded up."""
        heading = el("input", type="text", name="title", aria_label="Heading", placeholder="Heading", required=True)
        field = el("textarea", name="text", rows=4, aria_label="Text", placeholder="One line each; - for a list")
        return self._form("add", [heading, field], "Add", el("summary", "Add a section"), key="new")

    def comment(self, audiences: Sequence[Choice]) -> Html:
        """The form for a comment, and whom it is for."""
        field = el("textarea", name="text", rows=2, aria_label="Comment", placeholder="Write a comment", required=True)
        picker = None
        if audiences:
            options = [el("option", words, value=value) for value, words in audiences]
            picker = el("select", options, name="audience", aria_label="Who can read it", autocomplete="off")
        send = el("button", "Comment", type="submit", class_="button quiet")
        return el("form", field, el("div", picker, send, class_="row"), class_="comment-form", data_do="comment",
                  data_ticket=self.ticket, data_key=f"comment/{self.ticket}")  # fmt: skip

    def _form(
        self,
        do: str,
        fields: Child,
        words: str,
        summary: Html,
        *,
        key: str,
        part: str | None = None,
        class_: str = "edit",
    ) -> Html:
        save = el("button", words, type="submit", class_="button quiet primary")
        form = el("form", fields, el("div", save, class_="row"), data_do=do, data_part=part, data_ticket=self.ticket)
        return el("details", summary, form, class_=class_, aria_label="Form", data_key=f"{do}/{self.ticket}/{key}")


def no_seat(name: str, tracker: str) -> Html:
    """Why there are no controls."""
    return el("p", f"{name} has no seat in {tracker}: to change this ticket, be somebody else.", class_="faint no-seat")
