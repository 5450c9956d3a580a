"""The values of a create or edit request, judged against a screen, as Jira does: all faults in one answer."""

from collections.abc import Mapping

from sandbox.jira.answers import ApiError, FieldError
from sandbox.jira.lists import KINDS, has_one
from sandbox.jira.model import Field, Project, ScreenField
from sandbox.jira.view import View

NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
NEEDS = {"reporter": "MODIFY_REPORTER", "assignee": "ASSIGN_ISSUES", "security": "SET_ISSUE_SECURITY"}
"""The permission without which a field cannot be set though it is on the screen."""
ELSEWHERE = frozenset({"comment", "issuelinks", "worklog", "attachment"})
"""Parts of `update` that are no fields of a screen."""


def parts(body: object) -> tuple[dict[str, object], dict[str, object]]:
    """`fields` and `update` of a request.

    Raises:
        ApiError: one of them is no object, or a field stands in both.
    """
    if not isinstance(body, dict):
        raise ApiError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    found = []
    for name in ("fields", "update"):
        part = body.get(name)
        if part is not None and not isinstance(part, dict):
            raise ApiError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        found.append(dict(part or {}))
    fields, update = found
    if both := set(fields) & set(update):
        name = min(both)
        text = f"Field '{name}' cannot appear in both 'fields' and 'update'"
        raise ApiError(400, errors={name: text})
    return fields, update


def operations(field_id: str, given: object) -> list[tuple[str, object]]:
    """The operations on a field in `update`: pairs of verb and value.

    Raises:
        FieldError: not a list of objects with one verb each.
    """
    if not isinstance(given, list) or not all(isinstance(entry, dict) and len(entry) == 1 for entry in given):
        raise FieldError(f"The operations on '{field_id}' must be an array of objects with one operation each")
    return [next(iter(entry.items())) for entry in given]


class Form:
    """What one request sets.

    Attributes:
        values: stored values by field id; None clears a field.
        errors: Jira's text by field id.
    """

    def __init__(self, view: View, project: Project, screen: Mapping[str, ScreenField]) -> None:
        self._view = view
        self._project = project
        self._screen = screen
        self.values: dict[str, object] = {}
        self.errors: dict[str, str] = {}

    def read_fields(self, fields: Mapping[str, object]) -> None:
        """The values of `fields`."""
        for field_id, value in fields.items():
            field = self._settable(field_id)
            if field is None:
                self.errors[field_id] = NOT_ON_SCREEN.format(field_id)
                continue
            try:
                self.values[field_id] = self._parsed(field, value)
            except FieldError as error:
                self.errors[field_id] = str(error)

    def read_update(self, update: Mapping[str, object], current: Mapping[str, object]) -> None:
        """The operations of `update`, applied to what the issue holds now."""
        for field_id, given in update.items():
            if field_id in ELSEWHERE:
                continue
            field = self._settable(field_id)
            if field is None:
                self.errors[field_id] = NOT_ON_SCREEN.format(field_id)
                continue
            value = current.get(field_id)
            try:
                for verb, operand in operations(field_id, given):
                    value = self._operated(field, value, verb, operand)
                self.values[field_id] = value
            except FieldError as error:
                self.errors[field_id] = str(error)

    def fill_defaults(self) -> None:
        """Defaults of the screen, and the asking user as reporter."""
        for screen in self._screen.values():
            if screen.default is not None and screen.id not in self.values:
                self.values[screen.id] = screen.default
        if self.values.get("reporter") is None and "reporter" not in self.errors:
            self.values["reporter"] = self._view.user.account_id

    def require(self, *, only_given: bool) -> None:
        """Find required fields that are empty; with `only_given` those that the request itself empties."""
        for screen in self._screen.values():
            field = self._view.site.fields[screen.id]
            missing = self.values.get(screen.id) in (None, [])
            touched = screen.id in self.values or not only_given
            if not (screen.required and missing and touched) or screen.id in ("project", "issuetype", *self.errors):
                continue
            is_summary = screen.id == "summary"
            self.errors[screen.id] = (
                "You must specify a summary of the issue." if is_summary else f"{field.name} is required."
            )

    def check(self) -> None:
        """Refuse the request if anything was wrong.

        Raises:
            ApiError: 400 with a text for each field.
        """
        if self.errors:
            raise ApiError(400, errors=self.errors)

    def _settable(self, field_id: str) -> Field | None:
        if field_id not in self._screen or field_id not in self._view.site.fields:
            return None
        permission = NEEDS.get(field_id)
        if permission and not self._view.site.allows(self._view.user, permission, self._project):
            return None
        field = self._view.site.fields[field_id]
        return field if field.kind in KINDS else None

    def _parsed(self, field: Field, value: object) -> object:
        automatic = field.id == "assignee" and isinstance(value, dict) and value.get("accountId") == "-1"
        if value is None or automatic:
            return None
        return KINDS[field.kind].parse(self._view, field, self._project, value)

    def _operated(self, field: Field, current: object, verb: str, operand: object) -> object:
        kind = KINDS[field.kind]
        if verb == "set":
            return self._parsed(field, operand)
        if verb not in kind.operations or not has_one(kind):
            raise FieldError(f"Operation '{verb}' is not supported for field '{field.id}'")
        parsed = self._parsed(field, [operand])
        changed = [item for item in current if item not in _items(parsed)] if isinstance(current, list) else []
        return changed if verb == "remove" else _appended(current, parsed)


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _appended(current: object, parsed: object) -> list[object]:
    held = _items(current)
    return [*held, *(item for item in _items(parsed) if item not in held)]
