"""Container images without a container engine: the sources that an image would hold, and how it starts.

The CDK CLI calls ``local_cloud/container_engine`` in place of ``docker``. Instructions that need a container
(``RUN``, copies from another build stage) are skipped: the packages they install are those of our own virtual
environment.
"""
