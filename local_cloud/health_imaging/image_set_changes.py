"""UpdateImageSetMetadata, CopyImageSet and DeleteImageSet: each makes a new version, never changes one."""

from local_cloud.health_imaging import metadata_updates
from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.errors import conflict, not_found, validation
from local_cloud.health_imaging.grouping import GroupingKey
from local_cloud.health_imaging.image_sets import FrameReference, ImageSet, ImageSets, frame_ids, instances
from local_cloud.health_imaging.json_types import JsonObject, as_object
from local_cloud.health_imaging.metadata_updates import parse
from local_cloud.health_imaging.parameters import Parameters


class ImageSetChanges:
    """Changes of image sets on request."""

    def __init__(self, database: Database, image_sets: ImageSets) -> None:
        self._database = database
        self._image_sets = image_sets

    def update(self, parameters: Parameters) -> ImageSet:
        """Change attributes, remove instances, or go back to an earlier version."""
        datastore_id, force = parameters.text("datastoreId"), parameters.flag("force")
        wanted = parameters.inner("updateImageSetMetadataUpdates")
        with self._database.transaction():
            image_set = self._latest(datastore_id, parameters.text("imageSetId"), parameters.text("latestVersionId"))
            revert_to = wanted.optional_text("revertToVersionId")
            if revert_to is not None:
                if int(revert_to) >= image_set.version:
                    raise validation("revertToVersionId: must be before the latest version")
                document = self._image_sets.document(image_set, int(revert_to))
                return self._image_sets.add_version(image_set, document, forced=force)
            changed = self._updated(image_set, wanted.inner("DICOMUpdates"), force=force)
            if parameters.flag("includeStudyImageSets"):
                for other in self._image_sets.primaries_of_study(datastore_id, image_set.key.study_uid):
                    if other.image_set_id != image_set.image_set_id:
                        self._updated(other, wanted.inner("DICOMUpdates"), force=force)
            return changed

    def copy(self, parameters: Parameters) -> tuple[ImageSet, ImageSet]:
        """Copy instances to a new image set, into another one, or to the primary one of the series.

        Returns
        -------
        The source and the destination.
        """
        datastore_id, force = parameters.text("datastoreId"), parameters.flag("force")
        wanted = parameters.inner("copyImageSetInformation")
        of_source = wanted.inner("sourceImageSet")
        with self._database.transaction():
            source_id = parameters.text("sourceImageSetId")
            source = self._latest(datastore_id, source_id, of_source.text("latestVersionId"))
            document = self._image_sets.document(source)
            if of_source.has("DICOMCopies"):
                listed = of_source.inner("DICOMCopies").text("copiableAttributes")
                document = metadata_updates.subset(document, parse(listed, "copiableAttributes"))
            if parameters.flag("promoteToPrimary"):
                if wanted.has("destinationImageSet"):
                    raise validation("destinationImageSet: must be absent when promoteToPrimary is set")
                destination = self._promote(source, document)
            elif wanted.has("destinationImageSet"):
                chosen = wanted.inner("destinationImageSet")
                target = self._latest(datastore_id, chosen.text("imageSetId"), chosen.text("latestVersionId"))
                destination = self._copy_into(target, document, force=force)
            else:
                destination = self._image_sets.create(
                    datastore_id, document, primary=False, status="COPIED", forced=force
                )
            self._image_sets.add_frames(destination, self._references(source, document))
            return source, destination

    def delete(self, parameters: Parameters) -> tuple[ImageSet, list[str]]:
        """Delete an image set; returns it and the frames that nothing holds any longer."""
        with self._database.transaction():
            image_set = self.existing(parameters.text("datastoreId"), parameters.text("imageSetId"))
            self._image_sets.tell(image_set, "DELETING")
            return image_set, self._image_sets.delete(image_set)

    def existing(self, datastore_id: str, image_set_id: str) -> ImageSet:
        """The image set, which must not be deleted."""
        image_set = self._image_sets.get(datastore_id, image_set_id)
        if image_set.state == "DELETED":
            raise not_found("The image set")
        return image_set

    def _latest(self, datastore_id: str, image_set_id: str, version: str) -> ImageSet:
        image_set = self.existing(datastore_id, image_set_id)
        if str(image_set.version) != version:
            raise conflict("The version is not the latest of the image set")
        return image_set

    def _updated(self, image_set: ImageSet, updates: Parameters, *, force: bool) -> ImageSet:
        changes, removed = updates.optional_text("updatableAttributes"), updates.optional_text("removableAttributes")
        if changes is None and removed is None:
            raise validation("DICOMUpdates: updatableAttributes or removableAttributes must be set")
        document = metadata_updates.updated(
            self._image_sets.document(image_set),
            parse(changes, "updatableAttributes") if changes is not None else {},
            removed=parse(removed, "removableAttributes") if removed is not None else {},
            force=force,
            primary=image_set.is_primary,
        )
        return self._image_sets.add_version(image_set, document, forced=force)

    def _promote(self, source: ImageSet, document: JsonObject) -> ImageSet:
        if source.is_primary:
            raise validation("promoteToPrimary: the source is a primary image set already")
        primaries = self._image_sets.primaries_of_study(source.datastore_id, source.key.study_uid)
        if any(source.key.conflicts(primary.key) for primary in primaries):
            raise validation("promoteToPrimary: the metadata conflicts with the primary image sets of the study")
        own = next((one for one in primaries if one.key.same_series(source.key)), None)
        if own is not None:
            return self._copy_into(own, document, force=True)
        return self._image_sets.create(source.datastore_id, document, primary=True, status="COPIED")

    def _copy_into(self, target: ImageSet, document: JsonObject, *, force: bool) -> ImageSet:
        merged, incoming = self._image_sets.document(target), GroupingKey.of(document)
        if not force and not (target.key.same_study(incoming) and target.key.same_series(incoming)):
            raise validation("The Patient, Study and Series attributes of source and destination differ: set force")
        held = {(series, sop) for series, sop, _ in instances(merged)}
        if not force and held & {(series, sop) for series, sop, _ in instances(document)}:
            raise validation("The destination holds a SOP instance of the source already: set force")
        all_series = as_object(as_object(merged["Study"]).setdefault("Series", {}))
        for uid, series in as_object(as_object(document["Study"]).get("Series")).items():
            own = as_object(all_series.setdefault(uid, {"DICOM": as_object(series).get("DICOM"), "Instances": {}}))
            own["Instances"] = {**as_object(own.get("Instances")), **as_object(as_object(series).get("Instances"))}
        return self._image_sets.add_version(target, merged, status="COPIED", forced=force)

    def _references(self, source: ImageSet, document: JsonObject) -> list[FrameReference]:
        copied = {identifier for _, _, instance in instances(document) for identifier in frame_ids(instance)}
        return [frame for frame in self._image_sets.frames(source) if frame.frame_id in copied]
