"""Comments and history of tasks."""

from http import HTTPStatus

from sandbox.asana.calls import EMPTY, Answer, Call, Route
from sandbox.asana.errors import AsanaError, refuse
from sandbox.asana.records import Story, Task, User
from sandbox.asana.rich_text import COMMENT_TAGS, accept
from sandbox.asana.task_changes import follow, read_rich_text


def _stories(call: Call) -> Answer:
    return call.page(call.site.find(Task, call.params["task"]).stories)


def _story(call: Call) -> Answer:
    return call.one(call.site.find(Story, call.params["story"]))


def _create(call: Call) -> Answer:
    task = call.site.find(Task, call.params["task"])
    html = read_rich_text(call.data, "text", "html_text", COMMENT_TAGS)
    if html is None or html == "<body></body>":
        refuse("text: Missing input")
    story = call.site.add_comment(task, html, rich=True)
    story.is_pinned = call.data.get("is_pinned") is True
    for gid in accept(html, COMMENT_TAGS).mentions:
        mentioned = call.site.records.get(gid)
        if isinstance(mentioned, User):
            follow(task, mentioned)
    return call.made(story)


def _update(call: Call) -> Answer:
    story = _own(call)
    html = read_rich_text(call.data, "text", "html_text", COMMENT_TAGS)
    if html is not None:
        story.html, story.is_edited = html, True
        call.site.happened(story, "changed", "text")
    if "is_pinned" in call.data:
        story.is_pinned = call.data["is_pinned"] is True
    return call.one(story)


def _delete(call: Call) -> Answer:
    story = _own(call)
    story.task.stories.remove(story)
    call.site.touch(story.task)
    call.site.happened(story, "deleted")
    del call.site.records[story.gid]
    return EMPTY


def _own(call: Call) -> Story:
    """The comment that the call names, if it is the token owner's own."""
    story = call.site.find(Story, call.params["story"])
    if not story.is_comment or story.created_by is not call.site.me:
        raise AsanaError(HTTPStatus.FORBIDDEN, "story: You can only change your own comments")
    return story


ROUTES = (
    Route("GET", "/tasks/{task}/stories", "getStoriesForTask", _stories),
    Route("POST", "/tasks/{task}/stories", "createStoryForTask", _create),
    Route("GET", "/stories/{story}", "getStory", _story),
    Route("PUT", "/stories/{story}", "updateStory", _update),
    Route("DELETE", "/stories/{story}", "deleteStory", _delete),
)
