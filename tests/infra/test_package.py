"""What a deployment uploads: the functions, the layer without the local runtime, the templates."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from penguinmails.local.package import LAYER, TEMPLATE, CannotPackage, Sources, package
from penguinmails.local.stack import ROOT


@pytest.fixture(scope="module")
def objects(listeners: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return package(Sources(ROOT, listeners, tmp_path_factory.mktemp("cache")), "bucket")


def names(archive: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


def test_the_layer_holds_the_product_below_python(objects: dict[str, bytes]) -> None:
    assert "python/penguinmails/errors.py" in names(objects[LAYER])
    assert all(name.startswith("python/penguinmails/") for name in names(objects[LAYER]))


@pytest.mark.parametrize("folder", ["local", "resources"])
def test_the_layer_leaves_out_what_stays_on_a_persons_machine(
    objects: dict[str, bytes], folder: str
) -> None:
    assert not [name for name in names(objects[LAYER]) if f"/{folder}/" in name]


def test_every_module_comes_with_its_bytecode(objects: dict[str, bytes]) -> None:
    held = names(objects[LAYER])
    modules = [name for name in held if name.endswith(".py")]
    assert len(modules) == len([name for name in held if name.endswith(".pyc")])


def test_the_expanded_template_has_no_local_paths_left(objects: dict[str, bytes]) -> None:
    resources = json.loads(objects[TEMPLATE])["Resources"].values()
    code = [r["Properties"]["Code"] for r in resources if r["Type"] == "AWS::Lambda::Function"]
    assert {place["S3Bucket"] for place in code} == {"bucket"}
    assert {place["S3Key"] for place in code} <= set(objects)
    nested = [r for r in resources if r["Type"] == "AWS::CloudFormation::Stack"]
    urls = {stack["Properties"]["TemplateURL"] for stack in nested}
    assert {url.removeprefix("https://s3.amazonaws.com/bucket/") for url in urls} <= set(objects)


def test_a_function_without_code_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotPackage, match=r"api/app\.py is missing"):
        package(Sources(ROOT, tmp_path / "functions", tmp_path / "cache"), "bucket")
