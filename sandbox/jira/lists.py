"""Fields whose values are lists that a project or the site keeps, and fields that point to another issue."""
# ruff: noqa: ARG002 (an override keeps the signature of its base)

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.jira.answers import FieldError
from sandbox.jira.choices import Cascade, Checkboxes, Choice, Choices, People, Person, Radio
from sandbox.jira.kinds import Date, Kind, Label, Labels, Line, Moment, Number, Rich, Summary, Url, pick
from sandbox.jira.model import Field, Named, Project

if TYPE_CHECKING:
    from sandbox.jira.view import View


class OneOf(Kind):
    """A priority, resolution or security level."""

    path = "priority"
    what = "Priority"

    def entries(self, view: "View", project: Project | None) -> Sequence[Named]:
        """What may be chosen; without a project all that the site has."""
        return view.site.priorities

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """`{id}` or `{name}`."""
        return pick(self.entries(view, project), value, self.what).id

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """`{self, name, id, …}`."""
        return self.shown(view, self.find(view, stored))

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Id and name."""
        return str(stored), self.find(view, stored).name

    def allowed(self, view: "View", field: Field, project: Project) -> list[object] | None:
        """All entries."""
        return [self.shown(view, entry) for entry in self.entries(view, project) if not entry.archived]

    def find(self, view: "View", stored: object) -> Named:
        """The entry with this id."""
        return next(entry for entry in self.entries(view, None) if entry.id == stored)

    def shown(self, view: "View", entry: Named) -> dict[str, object]:
        """An entry as Jira shows it."""
        return {"self": view.url(f"{self.path}/{entry.id}"), "id": entry.id, "name": entry.name}


class Priority(OneOf):
    """The priority."""

    type = "priority"

    def shown(self, view: "View", entry: Named) -> dict[str, object]:
        """With its icon."""
        icon = f"{view.base}/images/icons/priorities/{entry.name.lower()}.svg"
        return {**super().shown(view, entry), "iconUrl": icon}


class Resolution(OneOf):
    """How an issue was resolved."""

    type = "resolution"
    path = "resolution"
    what = "Resolution"

    def entries(self, view: "View", project: Project | None) -> Sequence[Named]:
        """The site's resolutions."""
        return view.site.resolutions

    def shown(self, view: "View", entry: Named) -> dict[str, object]:
        """With its description."""
        return {**super().shown(view, entry), "description": entry.description}


class Security(OneOf):
    """The level that says who may see an issue."""

    type = "securitylevel"
    path = "securitylevel"
    what = "Security level"

    def entries(self, view: "View", project: Project | None) -> Sequence[Named]:
        """The project's levels."""
        if project is not None:
            return project.security_levels
        return [level for every in view.site.projects.values() for level in every.security_levels]

    def shown(self, view: "View", entry: Named) -> dict[str, object]:
        """With its description."""
        return {**super().shown(view, entry), "description": entry.description}


class SeveralOf(OneOf):
    """Components of the project."""

    type = "array"
    items = "component"
    path = "component"
    what = "Component"
    operations = ("add", "set", "remove")

    def entries(self, view: "View", project: Project | None) -> Sequence[Named]:
        """The project's components."""
        if project is not None:
            return project.components
        return [component for every in view.site.projects.values() for component in every.components]

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """A list of `{id}` or `{name}`."""
        return list(dict.fromkeys(self.one(view, field, project, item) for item in self.several(value)))

    def one(self, view: "View", field: Field, project: Project, value: object) -> str:
        """One of them."""
        return pick(self.entries(view, project), value, self.what).id

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """A list of entries."""
        return [self.shown(view, self.find(view, item)) for item in self._ids(stored)]

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """All in a line."""
        names = [self.find(view, item).name for item in self._ids(stored)]
        return ", ".join(map(str, self._ids(stored))), ", ".join(names)

    @staticmethod
    def _ids(stored: object) -> list[object]:
        return stored if isinstance(stored, list) else []


class Versions(SeveralOf):
    """Versions of the project."""

    items = "version"
    path = "version"
    what = "Version"

    def entries(self, view: "View", project: Project | None) -> Sequence[Named]:
        """The project's versions."""
        if project is not None:
            return project.versions
        return [version for every in view.site.projects.values() for version in every.versions]

    def shown(self, view: "View", entry: Named) -> dict[str, object]:
        """With its state."""
        state = {"description": entry.description, "archived": entry.archived, "released": entry.released}
        return {**super().shown(view, entry), **state}


class Parent(Kind):
    """The epic of a story, the issue of a sub-task."""

    type = "issuelink"

    def parse(self, view: "View", field: Field, project: Project, value: object) -> object:
        """`{key}` or `{id}` of an issue; whether it is high enough is judged where the issue type is known."""
        given = value.get("key", value.get("id")) if isinstance(value, dict) else None
        issue = view.site.find_issue(str(given)) if given is not None else None
        if issue is None or not view.site.can_see(view.user, issue):
            raise FieldError("Could not find issue by id or key.")
        return issue.id

    def wire(self, view: "View", field: Field, stored: object) -> object:
        """The parent in short."""
        issue = view.site.find_issue(str(stored))
        return view.linked_json(issue) if issue is not None else None

    def label(self, view: "View", field: Field, stored: object) -> Label:
        """Id and key."""
        issue = view.site.find_issue(str(stored))
        return str(stored), issue.key if issue is not None else None


KINDS: dict[str, Kind] = {
    "summary": Summary(),
    "text": Line(),
    "textarea": Rich(),
    "url": Url(),
    "number": Number(),
    "date": Date(),
    "datetime": Moment(),
    "labels": Labels(),
    "user": Person(),
    "multi-user": People(),
    "select": Choice(),
    "radio": Radio(),
    "multi-select": Choices(),
    "checkboxes": Checkboxes(),
    "cascade": Cascade(),
    "priority": Priority(),
    "resolution": Resolution(),
    "security": Security(),
    "components": SeveralOf(),
    "versions": Versions(),
    "parent": Parent(),
}


def has_one(kind: Kind) -> bool:
    """Whether single values can be added to and removed from a field of this kind."""
    return "add" in kind.operations
