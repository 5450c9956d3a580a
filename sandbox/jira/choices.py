"""Fields whose values are people or options of a select list."""
# ruff: noqa: ARG002 (an override keeps the signature of its base)

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.jira.answers import FieldError
from sandbox.jira.kinds import Kind, Label
from sandbox.jira.model import Field, Option, Project

if TYPE_CHECKING:
    from sandbox.jira.view import View


class Person(Kind):
    """A user, by account id."""

    type = "user"
    custom = "userpicker"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """`{accountId}`; a name or key is ignored on Cloud."""
        if not isinstance(value, dict):
            raise FieldError("Operation value must be an object")
        account = value.get("accountId", value.get("id"))
        if account is None:
            if set(value) & {"name", "key"}:
                raise FieldError("'accountId' must be the only user identifying query parameter in GDPR strict mode.")
            return None
        user = view.site.users.get(str(account))
        if field.id == "assignee" and (user is None or not view.site.assignable(user, project)):
            raise FieldError(f"User '{account}' cannot be assigned issues.")
        if user is None:
            reporter = "The reporter specified is not a user."
            raise FieldError(reporter if field.id == "reporter" else f"User '{account}' does not exist.")
        return user.account_id

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """The user's details, without an e-mail that is hidden."""
        return view.user_json(str(stored))

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Account id and name."""
        return str(stored), view.site.users[str(stored)].name


class People(Person):
    """Several users."""

    type = "array"
    items = "user"
    custom = "multiuserpicker"
    operations = ("add", "set", "remove")

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """A list of `{accountId}`."""
        return [self.one(view, field, project, item) for item in self.several(value)]

    def one(self, view: "View", field: Field, project: Project, value: object) -> object:
        """One of them."""
        return super().parse(view, field, project, value)

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """All details."""
        return [view.user_json(str(item)) for item in _items(stored)]

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Ids and names in brackets, as Jira writes lists."""
        names = [view.site.users[str(item)].name for item in _items(stored)]
        return f"[{', '.join(map(str, _items(stored)))}]", f"[{', '.join(names)}]"


class Choice(Kind):
    """One option of a select list."""

    type = "option"
    custom = "select"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """`{value}` or `{id}`."""
        return self.option(field.options, value).id

    @staticmethod
    def option(options: Sequence[Option], value: object) -> Option:
        """The option that a wire value names."""
        if not isinstance(value, dict) or not {"id", "value"} & set(value):
            raise FieldError("Specify a valid 'id' or 'value' for the option")
        key = "id" if "id" in value else "value"
        for option in options:
            if getattr(option, key) == str(value[key]) and not option.disabled:
                return option
        raise FieldError(f"Option {key} '{value[key]}' is not valid")

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """`{self, value, id}`."""
        return option_json(view, find_option(field, stored))

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Id and value."""
        return str(stored), find_option(field, stored).value

    def allowed(self, view: "View", field: Field, project: Project) -> list[object] | None:
        """The options that are not disabled."""
        return [option_json(view, option, children=True) for option in field.options if not option.disabled]


class Radio(Choice):
    """The same as radio buttons."""

    custom = "radiobuttons"


class Choices(Choice):
    """Several options."""

    type = "array"
    items = "option"
    custom = "multiselect"
    operations = ("add", "set", "remove")

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """A list of `{value}` or `{id}`."""
        return list(dict.fromkeys(self.one(view, field, project, item) for item in self.several(value)))

    def one(self, view: "View", field: Field, project: Project, value: object) -> str:
        """One of them."""
        return self.option(field.options, value).id

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """A list of options."""
        return [option_json(view, find_option(field, item)) for item in _items(stored)]

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Ids in brackets, values in a line."""
        values = [find_option(field, item).value for item in _items(stored)]
        return f"[{', '.join(map(str, _items(stored)))}]", ", ".join(values)


class Checkboxes(Choices):
    """The same as check boxes; "Flagged" is one."""

    custom = "multicheckboxes"


class Cascade(Choice):
    """An option and one below it."""

    type = "option-with-child"
    custom = "cascadingselect"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """`{value, child: {value}}`; the child may be left out."""
        parent = self.option(field.options, value)
        child = value.get("child") if isinstance(value, dict) else None
        return (parent.id, self.option(parent.children, child).id if child is not None else None)

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """The option with its child."""
        parent, child = self._pair(field, stored)
        shown = option_json(view, parent)
        return shown | {"child": option_json(view, child)} if child else shown

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Both levels."""
        parent, child = self._pair(field, stored)
        text = f"Parent values: {parent.value}({parent.id})"
        return None, f"{text}Level 1 values: {child.value}({child.id})" if child else text

    @staticmethod
    def _pair(field: Field, stored: object) -> tuple[Option, Option | None]:
        first, second = stored if isinstance(stored, tuple) else (stored, None)
        parent = find_option(field, first)
        return parent, next((child for child in parent.children if child.id == second), None)


def find_option(field: Field, option_id: object) -> Option:
    """The option of a field by id."""
    return next(option for option in field.options if option.id == option_id)


def option_json(view: "View", option: Option, *, children: bool = False) -> dict[str, object]:
    """An option as Jira shows it."""
    shown: dict[str, object] = {
        "self": view.url(f"customFieldOption/{option.id}"),
        "value": option.value,
        "id": option.id,
    }
    if children and option.children:
        shown["children"] = [option_json(view, child) for child in option.children if not child.disabled]
    return shown


def _items(stored: object) -> list[object]:
    return stored if isinstance(stored, list) else []
