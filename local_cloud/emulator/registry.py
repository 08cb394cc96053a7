"""ECR: asking for an image that does not exist is an error, by which the CDK CLI knows that it has to build it."""

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecr

from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("container registry")
PATCHES.require("services.ecr:_find_image", "repo_name image_id")
PATCHES.require("services.ecr:_repositories")


@PATCHES.replaces("services.ecr:_describe_images", "data")
def _describe_images(original: Any, data: dict[str, Any]) -> Any:
    repository = data.get("repositoryName", "")
    for wanted in data.get("imageIds") or []:
        if repository in ecr._repositories and ecr._find_image(repository, wanted) is None:
            message = f"The image with imageId {wanted} does not exist within the repository with name '{repository}'"
            return error_response_json("ImageNotFoundException", message, 400)
    return original(data)
