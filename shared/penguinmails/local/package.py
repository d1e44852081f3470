"""Packs functions, layer and templates as a deployment would, and expands the SAM template."""

import hashlib
import io
import json
import py_compile
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGION = "us-east-1"
ANY_BUCKET = "bucket-of-packages"
TEMPLATE = "template.json"
LAYER = "layer.zip"
NOT_DEPLOYED = frozenset({"cli", "local", "resources", "__pycache__"})
FUNCTION, LAYER_VERSION = "AWS::Serverless::Function", "AWS::Serverless::LayerVersion"
NESTED = "AWS::CloudFormation::Stack"
NESTED_FILE = re.compile(r"TemplateURL: (\S+\.yaml)")


class CannotPackage(Exception):  # noqa: N818 - named by what happened
    """The sources and the template do not fit together; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the parts of a deployment lie, and a folder that keeps what is slow to make."""

    root: Path
    functions: Path
    cache: Path


def package(sources: Sources, bucket: str) -> dict[str, bytes]:
    """Give every object that a deployment uploads into the bucket, by its key."""
    objects = {LAYER: _layer_zip(sources), **templates(sources, bucket)}
    for key in _function_keys(json.loads(objects[TEMPLATE])):
        objects[key] = _function_zip(sources.functions / Path(key).stem)
    return objects


def templates(sources: Sources, bucket: str) -> dict[str, bytes]:
    """Give the templates among those objects: the expanded one and its building blocks."""
    text = (sources.root / "template.yaml").read_text()
    template = _expanded(text, sources.cache).replace(ANY_BUCKET.encode(), bucket.encode())
    blocks = {
        f"infra/{block.name}": _with_urls(block.read_text(), bucket).encode()
        for block in sorted((sources.root / "infra").glob("*.yaml"))
    }
    return {TEMPLATE: template, **blocks}


def _with_urls(building_block: str, bucket: str) -> str:
    """Point a building block at the building blocks inside it, which lie beside it."""

    def uploaded(found: re.Match[str]) -> str:
        return f"TemplateURL: {url_of(bucket, f'infra/{found[1]}')}"

    return NESTED_FILE.sub(uploaded, building_block)


def _function_keys(expanded: Mapping[str, Any]) -> list[str]:
    resources = expanded["Resources"].values()
    functions = (r["Properties"] for r in resources if r["Type"] == "AWS::Lambda::Function")
    return [str(properties["Code"]["S3Key"]) for properties in functions]


def _expanded(text: str, cache: Path) -> bytes:
    """Expand SAM types into plain CloudFormation; it takes a second, so the result is kept."""
    made_of = text.encode() + Path(__file__).read_bytes()
    kept = cache / f"template-{hashlib.sha256(made_of).hexdigest()[:16]}.json"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        partial.write_text(json.dumps(_translated(_uploaded(_parsed(text)))))
        partial.rename(kept)
    return kept.read_bytes()


def _parsed(text: str) -> dict[str, Any]:
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 - slow, often not needed

    template: dict[str, Any] = yaml_parse(text)
    return template


def _translated(template: dict[str, Any]) -> dict[str, Any]:
    import boto3  # noqa: PLC0415 - slow, often not needed
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

    session = boto3.Session(region_name=REGION)
    translator = Translator({}, Parser(), boto_session=session)
    expanded: dict[str, Any] = translator.translate(template, parameter_values={})
    return expanded


def _uploaded(template: dict[str, Any]) -> dict[str, Any]:
    """Point a template at the uploaded objects instead of the local folders."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == FUNCTION:
            folder = Path(properties["CodeUri"]).name
            properties["CodeUri"] = f"s3://{ANY_BUCKET}/functions/{folder}.zip"
        elif resource["Type"] == LAYER_VERSION:
            properties["ContentUri"] = f"s3://{ANY_BUCKET}/{LAYER}"
        elif resource["Type"] == NESTED:
            properties["TemplateURL"] = url_of(ANY_BUCKET, properties["TemplateURL"])
    return template


def url_of(bucket: str, key: str) -> str:
    """Give an uploaded object's URL; the emulator knows the path style alone."""
    return f"https://s3.amazonaws.com/{bucket}/{key}"


def _function_zip(folder: Path) -> bytes:
    if not (folder / "app.py").exists():
        message = f"{folder}/app.py is missing: template.yaml deploys a function from this folder"
        raise CannotPackage(message)
    return _zipped({path.name: path.read_bytes() for path in folder.glob("*.py")})


def _layer_zip(sources: Sources) -> bytes:
    """Pack the product with its bytecode: every worker unpacks the layer afresh."""
    shared = sources.root / "shared"
    files: dict[str, bytes] = {}
    for path in _deployed(shared / "penguinmails"):
        name = Path("python") / path.relative_to(shared)
        files[str(name)] = path.read_bytes()
        if path.suffix == ".py":
            compiled = _compiled(path, files[str(name)], sources.cache)
            files[str(name.parent / "__pycache__" / _compiled_name(path))] = compiled
    return _zipped(files)


def _deployed(package_folder: Path) -> Iterator[Path]:
    for path in sorted(package_folder.rglob("*")):
        if path.is_file() and not NOT_DEPLOYED & set(path.relative_to(package_folder).parts):
            yield path


def _compiled_name(path: Path) -> str:
    import importlib.util  # noqa: PLC0415

    return Path(importlib.util.cache_from_source(str(path))).name


def _compiled(path: Path, source: bytes, cache: Path) -> bytes:
    kept = cache / "bytecode" / f"{hashlib.sha256(source).hexdigest()[:32]}-{_compiled_name(path)}"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        try:
            py_compile.compile(str(path), cfile=str(kept), invalidation_mode=mode, doraise=True)
        except py_compile.PyCompileError as error:
            raise CannotPackage(f"{path} is no Python: {error.msg}") from error
    return kept.read_bytes()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()
