"""One Asana with its projects, people and tasks, and friendly methods to fill it."""

from collections.abc import Iterable

from sandbox.asana.custom_fields import TYPES
from sandbox.asana.records import (
    Attachment,
    CustomField,
    EnumOption,
    Project,
    Section,
    Setting,
    Story,
    Tag,
    Task,
    Team,
    User,
)
from sandbox.asana.rich_text import COMMENT_TAGS, accept, from_plain
from sandbox.asana.store import Store
from sandbox.asana.task_data import Data, create_task

ASANA_ACCESS_TOKEN = "sandbox-asana-token"
DEFAULT_SECTION = "Untitled section"


class AsanaSite(Store):
    """The state behind the stand-in. A new one has a workspace, its team and the token's owner, nothing else.

    Every `add_…` takes an optional `gid`, a number as text, for those that a configuration names.
    """

    def reset(self) -> None:
        """As new: only the workspace, its team and the token's owner."""
        self.clear()

    def add_user(self, name: str, email: str, *, gid: str | None = None) -> User:
        """A person of the workspace."""
        return self.keep(User(gid or self.new_gid(), name, email, self.workspace))

    def add_team(self, name: str, members: Iterable[User] = (), *, gid: str | None = None) -> Team:
        """A team that can own projects."""
        return self.keep(Team(gid or self.new_gid(), name, self.workspace, list(members)))

    def add_project(
        self,
        name: str,
        sections: Iterable[str] = (),
        *,
        gid: str | None = None,
        fields: Iterable[CustomField] = (),
        team: Team | None = None,
        members: Iterable[User] = (),
        hidden: bool = False,
        privacy: str = "public_to_workspace",
    ) -> Project:
        """A project with its sections and custom fields; `hidden` keeps it from the token, `privacy` from others."""
        now = self.now()
        project = Project(gid or self.new_gid(), name, self.workspace, now, now, self.me, team or self.team, hidden)
        self.keep(project)
        project.privacy = privacy
        project.members = [self.me, *members]
        for section in list(sections) or [DEFAULT_SECTION]:
            self.add_section(project, section)
        for field in fields:
            self.put_field(project, field)
        return project

    def add_section(self, project: Project, name: str, *, gid: str | None = None) -> Section:
        """A section at the end of a project."""
        section = self.keep(Section(gid or self.new_gid(), name, project, self.now()))
        project.sections.append(section)
        self.happened(section, "added")
        return section

    def add_field(
        self, name: str, type_: str, options: Iterable[str] = (), *, precision: int = 0, gid: str | None = None
    ) -> CustomField:
        """A custom field of the workspace; `put_field` puts it on a project.

        Raises:
            ValueError: Asana has no such type of field.
        """
        if type_ not in TYPES:
            raise ValueError(f"a custom field is one of {', '.join(TYPES)}, not {type_!r}")
        kept = [self.keep(EnumOption(self.new_gid(), option)) for option in options]
        return self.keep(CustomField(gid or self.new_gid(), name, type_, self.workspace, kept, precision))

    def put_field(self, project: Project, field: CustomField) -> Setting:
        """Put a custom field on a project, once."""
        for setting in project.settings:
            if setting.field is field:
                return setting
        setting = self.keep(Setting(self.new_gid(), project, field))
        project.settings.append(setting)
        return setting

    def add_tag(self, name: str, *, gid: str | None = None) -> Tag:
        """A tag of the workspace."""
        return self.keep(Tag(gid or self.new_gid(), name, self.workspace, self.now()))

    def add_task(self, data: Data, *, by: User | None = None) -> Task:
        """A task from the same data that `POST /tasks` takes, written by the token's owner or by `by`.

        Raises:
            AsanaError: Asana would not take the data.
        """
        with self.acting(by):
            return create_task(self, data)

    def add_comment(self, task: Task, text: str, *, by: User | None = None, rich: bool = False) -> Story:
        """A comment on a task, plain or rich.

        Raises:
            RichTextError: Asana would not take the rich text.
        """
        html = accept(text, COMMENT_TAGS).html if rich else from_plain(text)
        story = self.keep(Story(self.new_gid(), task, self.now(), by or self.actor, "comment_added", html))
        task.stories.append(story)
        self.touch(task)
        self.happened(story, "added")
        return story

    def add_attachment(
        self, task: Task, name: str, content: bytes = b"", content_type: str = "", *, url: str | None = None
    ) -> Attachment:
        """A file on a task, or the address of one elsewhere."""
        attachment = Attachment(self.new_gid(), name, task, self.now(), "external" if url else "asana", content)
        attachment.content_type = content_type or attachment.content_type
        attachment.url = url
        task.attachments.append(self.keep(attachment))
        self.touch(task)
        self.tell(task, "attachment_added", f"attached {name}")
        return attachment

    def take_out(self, task: Task, project: Project) -> None:
        """Take a task out of its section of a project."""
        for old in [own for own in task.sections if own.project is project]:
            old.tasks.remove(task)
            task.sections.remove(old)

    def move_task(self, task: Task, section: Section) -> None:
        """Put a task at the end of a section, out of the project's other one."""
        self.take_out(task, section.project)
        section.tasks.append(task)
        task.sections.append(section)
        self.happened(task, "changed", "memberships")

    def remove_task(self, task: Task) -> None:
        """Delete a task with all that hangs on it."""
        self.happened(task, "deleted")
        for section in task.sections:
            section.tasks.remove(task)
        if task.parent is not None:
            task.parent.subtasks.remove(task)
        for other in task.dependents:
            other.dependencies.remove(task)
        for other in task.dependencies:
            other.dependents.remove(task)
        for record in (task, *task.stories, *task.attachments):
            del self.records[record.gid]
