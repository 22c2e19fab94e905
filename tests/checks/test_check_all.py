"""`check --all`: a whole project, against what runs as a commit, a journal, a build or a folder tells it."""

import json
import shutil
import subprocess

import pytest
import solcx

from upgrader.cli.app import main
from upgrader.edges.clock import SystemClock
from upgrader.edges.journal import FileJournal
from upgrader.findings import Finding, Severity
from upgrader.reports.compact import compact_lines

SOLC = "0.8.37"
HEAD = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;
abstract contract Initializable {
    uint8 internal _initialized;
    modifier initializer() { require(_initialized == 0); _initialized = 1; _; }
}
"""
VAULT = """contract Vault is Initializable {
    uint256 public a;
    uint256[49] private __gap;
    uint256 public z;
    constructor() { _initialized = 255; }
    function initialize() external initializer { a = 1; z = 2; }
}
"""
TOKEN = """contract Token is Initializable {
    uint256 public supply;
    constructor() { _initialized = 255; }
    function initialize() external initializer { supply = 1; }
}
"""
PLAIN = "contract Plain { uint256 public x = 3; }\n"
BROKEN = VAULT.replace("public a;", "public a; uint256 public b;")
GOOD = BROKEN.replace("[49]", "[48]")

PROJECT = """schema = 1
[project]
name = "desk"
[governance.main]
network = "local"
safe = "0x9a7F3dfDEeBb51eAbBbA3c8eCCf8cF2a983A1C72"
[contracts.vault]
network = "local"
proxy = "0x9A676e781A523b5d0C0e43731313A708CB607508"
source = "contracts/M.sol:Vault"
governance = "main"
[contracts.token]
network = "local"
proxy = "0xA51c1fc2f0D1a1b8494Ed1FE312d7C3a78Ed91C0"
source = "contracts/M.sol:Token"
governance = "main"
"""

UPGRADE = """schema = 1
[upgrade]
name = "next"
summary = "the next version"
governance = "main"
[[change]]
contract = "vault"
source = "{source}"
"""


def git(folder, *arguments):
    """Run git in a folder, with a name of its own and no configuration from outside."""
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def write(folder, *contracts, file="M.sol"):
    """Write the sources of a project."""
    (folder / "contracts").mkdir(exist_ok=True)
    (folder / "contracts" / file).write_text(HEAD + "".join(contracts))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Return a repository whose one commit, v1, holds the vault, the token and a contract without a proxy."""
    folder = tmp_path_factory.mktemp("check-all")
    write(folder, VAULT, TOKEN, PLAIN)
    (folder / ".gitignore").write_text(".build\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "tag", "v1")
    return folder


@pytest.fixture
def folder(template, tmp_path, monkeypatch):
    """Return a copy of the repository, as the present folder."""
    home = tmp_path / "project"
    shutil.copytree(template, home)
    monkeypatch.chdir(home)
    monkeypatch.setenv("NO_COLOR", "1")
    return home


@pytest.fixture
def check(capsys):
    """Return a function that runs the command in this process: its exit code, stdout and stderr."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["check", *arguments])
        return end.value.code, *capsys.readouterr()

    return run


def layout(fields):
    """Return a raw storage layout of words."""
    storage = [{"label": name, "type": "t_uint256", "slot": str(i), "offset": 0} for i, name in enumerate(fields)]
    return json.dumps({"storage": storage, "types": {}})


def bundle(folder, number, source, *, commit="", executed=False):
    """Write the folder of an upgrade of the vault."""
    home = folder / "upgrades" / f"{number:03d}-next"
    home.mkdir(parents=True)
    (home / "upgrade.toml").write_text(UPGRADE.format(source=source))
    if commit:
        (home / "plan.json").write_text(json.dumps({"commit": commit}))
    if executed:
        FileJournal(home / "journal.jsonl", SystemClock()).append("sent", {"step": "execute", "problem": ""})


def test_against_a_commit_each_contract_has_its_verdict(folder, check):
    """The working tree against a tag: one line a finding at its file and line, one line for all, exit 3."""
    write(folder, BROKEN, TOKEN, PLAIN)

    code, out, _ = check("--all", "--against", "v1")

    lines = out.splitlines()
    assert 3 == code
    assert "✓ safe  contracts/M.sol:Token" in lines
    (finding,) = [line for line in lines if "storage-moved" in line]
    assert finding.startswith("contracts/M.sol:10: error: storage-moved Vault.z: z moves from slot 51 to slot 52")
    assert finding.endswith("; to mend: set Vault.__gap to 48 words")
    assert "2 contracts: 1 safe, 1 unsafe, 0 cannot tell" == lines[-2]
    assert "next: upgrader check --all --against v1 --only contracts/M.sol:Vault --draw" == lines[-1]


def _edited(tree):
    (tree / "contracts" / "M.sol").write_text(HEAD + BROKEN + TOKEN)


def _shadowed(tree):
    _edited(tree)
    (tree / "contracts").rename(tree / "elsewhere")
    (tree / "contracts").symlink_to(tree / "elsewhere", target_is_directory=True)


def _linked(tree):
    shutil.rmtree(tree)
    tree.symlink_to(tree.parents[2], target_is_directory=True)


def _filled(tree):
    _edited(tree)
    (tree / "contracts" / "Z.sol").write_text("no Solidity")
    (tree / "lib").mkdir()
    (tree / "node_modules").mkdir()


@pytest.mark.parametrize("planted", [_edited, _shadowed, _linked, _filled])
def test_sources_of_a_commit_are_git_s_whatever_lies_there_already(folder, check, planted):
    """Whoever can commit a source can commit a copy of the base, too: what runs now is never read from it."""
    write(folder, BROKEN, TOKEN, PLAIN)
    check("--all", "--against", "v1")
    (tree,) = (folder / ".build" / "trees").iterdir()
    planted(tree)

    code, out, _ = check("--all", "--against", "v1")

    assert (3, True) == (code, "storage-moved Vault.z" in out)
    assert HEAD + BROKEN + TOKEN + PLAIN == (folder / "contracts" / "M.sol").read_text(), (
        "the working tree is as it was"
    )
    there = {path.relative_to(tree).as_posix() for path in tree.rglob("*")}
    assert {"contracts", "contracts/M.sol", "package.json"} == {name for name in there if not name.startswith(".build")}


@pytest.mark.usefixtures("folder")
def test_a_contract_that_no_proxy_is_made_for_is_named_and_left_out(check):
    """A constructor that sets state is a defect behind a proxy only; a person may ask for it nevertheless."""
    _, out, _ = check("--all", "--against", "v1")
    _, told, _ = check("--all", "--against", "v1", "--only", "Plain")

    assert "left out, as nothing in their code speaks of a proxy (--only judges them): contracts/M.sol:Plain" in out
    assert "constructor-writes Plain.x" in told


@pytest.mark.usefixtures("folder")
def test_nothing_changed_is_safe(check):
    """An unchanged tree is safe and exits 0."""
    code, out, _ = check("--all", "--against", "v1")

    assert (0, "2 contracts: 2 safe, 0 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])


def test_one_json_document(folder, check):
    """--json prints one document with a result for each contract, and the findings of all."""
    write(folder, BROKEN, TOKEN)

    code, out, _ = check("--all", "--against", "v1", "--json")

    document = json.loads(out)
    by_name = {one["name"]: one for one in document["data"]["contracts"]}
    assert (3, "upgrader.check/1", False, "unsafe") == (code, *(document[k] for k in ("schema", "ok", "verdict")))
    assert {"safe": 1, "unsafe": 1, "cannot_tell": 0} == document["data"]["counts"]
    assert ("unsafe", "safe") == tuple(by_name[f"contracts/M.sol:{name}"]["verdict"] for name in ("Vault", "Token"))
    assert {"moved", "added"} == {change["kind"] for change in by_name["contracts/M.sol:Vault"]["changes"]}
    assert ["storage-moved"] == [f["code"] for f in document["findings"] if f["severity"] == "BLOCKER"]


def test_a_contract_that_moved_to_another_file_is_the_same(folder, check):
    """A name that stands once in both trees is one contract, wherever its file is."""
    write(folder, TOKEN)
    write(folder, BROKEN, file="Vault.sol")

    code, out, _ = check("--all", "--against", "v1", "--only", "Vault")

    assert (3, True) == (code, "storage-moved Vault.z" in out)


def test_a_contract_that_is_gone_warns(folder, check):
    """A contract whose proxy may still run is not passed over in silence."""
    write(folder, TOKEN)

    lax, out, _ = check("--all", "--against", "v1")
    strict, _, _ = check("--all", "--against", "v1", "--strict")

    assert (0, 3) == (lax, strict)
    assert "warning: contract-missing contracts/M.sol:Vault: it is not in the new tree" in out


def test_a_new_contract_is_judged_by_its_code(folder, check):
    """There is no storage to keep, but an implementation that a stranger can initialise is unsafe from the start."""
    fresh = TOKEN.replace("Token", "Fresh")
    write(
        folder, VAULT, TOKEN, fresh, fresh.replace("Fresh", "Open").replace("constructor() { _initialized = 255; }", "")
    )

    _, out, _ = check("--all", "--against", "v1")

    lines = out.splitlines()
    assert "✓ safe  contracts/M.sol:Fresh" in lines
    assert "note: contract-missing contracts/M.sol:Open: it is new" in out
    assert any("implementation-unlocked Open.initialize()" in line for line in lines)
    assert not any("implementation-unlocked Fresh" in line for line in lines)


def test_dependencies_that_were_pinned_otherwise_are_said(folder, check):
    """A base is compiled with present dependencies; where the lock file changed, its bases may have been others."""
    (folder / "package-lock.json").write_text("{}")
    git(folder, "add", "-A")

    _, out, _ = check("--all", "--against", "v1")

    assert "warning: dependencies-differ package-lock.json" in out.splitlines()[0]


def test_vyper_sources_of_a_tree_are_passed_over_aloud(folder, check):
    """Silence about them would read like approval; whoever asks for some contracts by name has not asked for them."""
    write(folder, VAULT, TOKEN)
    (folder / "contracts/vault.vy").write_text("owner: address\n")

    _, out, _ = check("--all", "--against", "v1")
    _, asked, _ = check("--all", "--against", "v1", "--only", "Token")

    assert (
        "warning: vyper-not-compared contracts/vault.vy: Vyper sources of a tree are not compared, and it has 1" in out
    )
    assert "vyper-not-compared" not in asked


def test_a_tree_of_vyper_sources_alone_says_how_they_are_checked(folder, check):
    """It holds nothing that is compared."""
    (folder / "contracts/M.sol").unlink()
    (folder / "contracts/vault.vy").write_text("owner: address\n")

    code, _, error = check("--all", "contracts", "--against", "v1")

    assert code == 2
    assert "Vyper sources are checked one by one: upgrader check OLD.vy NEW.vy" in error


def test_managed_contracts_need_to_know_what_runs(folder, check):
    """A source of the working tree compared with itself would be safe whatever it held: cannot tell, with the way."""
    (folder / "upgrader.toml").write_text(PROJECT)

    code, out, _ = check("--all")

    assert (3, "2 contracts: 0 safe, 0 unsafe, 2 cannot tell") == (code, out.splitlines()[-2])
    assert (
        out.count("no executed upgrade and no commit says what the proxy runs; to mend: say what runs: --against") == 2
    )


def test_managed_contracts_against_a_commit(folder, check):
    """With a commit, the same contracts are compared by their names in upgrader.toml."""
    (folder / "upgrader.toml").write_text(PROJECT)
    write(folder, GOOD, TOKEN)

    code, out, _ = check("--all", "--base", "v1")

    assert (0, "2 contracts: 2 safe, 0 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])
    assert {"✓ safe  vault", "✓ safe  token"} <= set(out.splitlines())


def test_the_proxy_s_own_code_is_named_in_the_project(folder, check):
    """A contract's ``proxy_source`` counts for it, and for no other."""
    own = 'proxy_source = "contracts/Proxy.sol:Proxy"\n[contracts.token]'
    (folder / "upgrader.toml").write_text(PROJECT.replace("[contracts.token]", own))
    write(folder, GOOD, TOKEN)
    write(
        folder,
        "contract Proxy { uint256[2] filled; address admin; function f() external { filled[1] = 1; } }\n",
        file="Proxy.sol",
    )

    code, out, _ = check("--all", "--base", "v1")

    assert (3, "2 contracts: 1 safe, 1 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])
    assert "storage-proxy-collision Vault.b" in out


def test_the_last_executed_upgrade_says_what_runs(folder, check):
    """The journal says that it was executed, its plan from which commit: later edits are compared with that."""
    (folder / "upgrader.toml").write_text(PROJECT)
    bundle(folder, 1, "contracts/M.sol:Vault", commit=git(folder, "rev-parse", "v1"), executed=True)
    write(folder, BROKEN, TOKEN)

    code, out, _ = check("--all", "--only", "vault")

    assert (3, "1 contract: 0 safe, 1 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])
    assert "contracts/M.sol:10: error: storage-moved Vault.z" in out


def test_an_upgrade_from_uncommitted_sources_says_nothing(folder, check):
    """A plan of a commit with local changes names no sources that can be had again."""
    (folder / "upgrader.toml").write_text(PROJECT)
    commit = git(folder, "rev-parse", "v1")
    bundle(folder, 1, "contracts/M.sol:Vault", commit=f"{commit}+dirty", executed=True)

    code, out, _ = check("--all", "--only", "vault")

    assert (3, True) == (code, "the plan of 001-next names no commit that holds what it built" in out)


def test_an_open_upgrade_names_what_is_next(folder, check):
    """Versions in files of their own: the open upgrade's source against the one that runs."""
    (folder / "upgrader.toml").write_text(PROJECT)
    write(folder, BROKEN.replace("Vault", "VaultV2"), file="Next.sol")
    bundle(folder, 1, "contracts/Next.sol:VaultV2")

    code, out, _ = check("--all", "--only", "vault", "--draw")

    assert 3 == code
    assert "✗ unsafe  vault  (Vault → VaultV2)" in out
    assert "51 │>z →52" in out


def test_one_contract_that_cannot_be_read_does_not_stop_the_others(folder, check):
    """What a reference does not find is that contract's finding; the others have their verdicts."""
    (folder / "upgrader.toml").write_text(PROJECT.replace("M.sol:Token", "M.sol:Gone"))

    code, out, _ = check("--all", "--base", "v1")

    assert (3, "2 contracts: 1 safe, 0 unsafe, 1 cannot tell") == (code, out.splitlines()[-2])
    assert "error: contract-unreadable token: contracts/M.sol:Gone: there is no contract 'Gone' in it" in out


@pytest.mark.usefixtures("folder")
def test_two_build_infos(check, tmp_path):
    """Two builds, no sources and no repository needed."""
    for name, vault in {"old": VAULT, "new": BROKEN}.items():
        wanted = {
            "*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "storageLayout"], "": ["ast"]}
        }
        request = {
            "language": "Solidity",
            "sources": {"contracts/M.sol": {"content": HEAD + vault + TOKEN}},
            "settings": {"outputSelection": wanted},
        }
        output = solcx.compile_standard(request, solc_version=SOLC)
        document = {"id": name, "solcVersion": SOLC, "input": request, "output": output}
        (tmp_path / f"{name}.json").write_text(json.dumps(document))

    code, out, _ = check("--all", str(tmp_path / "new.json"), "--against", str(tmp_path / "old.json"))

    assert (3, "2 contracts: 1 safe, 1 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])


@pytest.mark.usefixtures("folder")
def test_two_folders_of_layouts(check, tmp_path):
    """A folder of raw layouts, one a contract: its file's name is the contract's."""
    for name, fields in {"old": "az", "new": "abz"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "Vault.json").write_text(layout(fields))
        (tmp_path / name / "notes.json").write_text('{"about": "no layout"}')

    code, out, _ = check("--all", str(tmp_path / "new"), "--against", str(tmp_path / "old"))

    assert (3, "1 contract: 0 safe, 1 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])
    assert "error: storage-moved Vault.z" in out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--all",), "nothing says what runs now"),
        (("--all", "--against", "no-such-thing"), "is neither a file, nor a folder, nor a commit"),
        (("--all", "--against", "--exec=x"), "is neither a file, nor a folder, nor a commit"),
        (("--all", "a.json", "b.json"), "--all takes one tree"),
        (("--all", "--against", "v1", "--history", "x"), "--all takes one tree"),
        (("--all", "--against", "v1", "--only", "Nothing"), "no contract is called Nothing"),
        (("a.json", "b.json", "--against", "v1"), "--against and --only go with --all"),
        (("--all", "empty", "--against", "v1"), "no such file or folder"),
    ],
)
def test_bad_input_ends_in_one_error(check, arguments, message):
    """What cannot be meant exits 2 and says how it is meant."""
    code, out, err = check(*arguments)

    assert (2, "") == (code, out)
    assert message in err
    assert "  fix: " in err


def test_a_file_that_does_not_compile_does_not_stop_the_others(folder, check):
    """It and what imports it cannot be told; the rest of the tree has its verdict."""
    write(folder, BROKEN, TOKEN)
    (folder / "contracts" / "Oops.sol").write_text(f"{HEAD}contract Oops {{ uint256 a")
    (folder / "contracts" / "Uses.sol").write_text('pragma solidity ^0.8.20; import "./Oops.sol"; contract Uses {}')

    code, out, _ = check("--all", "--against", "v1")

    assert (3, "4 contracts: 1 safe, 1 unsafe, 2 cannot tell") == (code, out.splitlines()[-2])
    assert "error: contract-unreadable contracts/Oops.sol: solc 0.8.37 refuses the sources: ParserError" in out
    assert "contract-unreadable contracts/Uses.sol" in out
    assert "\\x0a" not in out


def test_an_old_tree_that_does_not_compile_is_an_error(folder, check):
    """What is not known of it would pass as new."""
    git(folder, "checkout", "-q", "-b", "side")
    (folder / "contracts" / "Oops.sol").write_text(f"{HEAD}contract Oops {{ uint256 a")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "broken")

    code, _, said = check("--all", "--against", "side")

    assert 2 == code
    assert "check: compiling 2 sources of side" == said.splitlines()[0]
    assert ["error: solc 0.8.37 refuses the sources:"] == [li for li in said.splitlines() if li.startswith("error")]
    assert "       ParserError: Expected" in said


def test_a_tree_that_speaks_of_no_proxy_is_judged_whole(tmp_path, check):
    """Who asks knows why: nothing is left out where everything would be."""
    for name, body in (("old", "uint256 a; address b;"), ("new", "address b; uint256 a;")):
        (tmp_path / name).mkdir()
        write(tmp_path / name, f"contract Bare {{ {body} }}\n", "library Lib {}\n")

    code, out, _ = check("--all", str(tmp_path / "new"), "--against", str(tmp_path / "old"))

    assert (3, "1 contract: 0 safe, 1 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])


def test_a_file_that_does_not_compile_is_passed_over_where_another_is_asked_for(folder, check):
    """--only is about contracts: a broken file counts where it may hold one of them, and by its place alone."""
    write(folder, BROKEN, TOKEN)
    (folder / "contracts" / "Oops.sol").write_text(f"{HEAD}contract Oops {{ uint256 a")

    _, whole, _ = check("--all", "--against", "v1", "--only", "contracts/M.sol:Vault")
    _, named, _ = check("--all", "--against", "v1", "--only", "Vault")
    _, asked, _ = check("--all", "--against", "v1", "--only", "Oops", "--only", "Vault")
    _, placed, _ = check("--all", "--against", "v1", "--only", "contracts/Oops.sol", "--only", "Token")

    assert ["1 contract: 0 safe, 1 unsafe, 0 cannot tell"] * 2 == [out.splitlines()[-2] for out in (whole, named)]
    assert "2 contracts: 0 safe, 1 unsafe, 1 cannot tell" == asked.splitlines()[-2]
    assert "contracts/Oops.sol:7: error: contract-unreadable" in placed


def test_the_worst_come_first_and_the_silent_share_a_line(folder, check):
    """Sixty contracts of which nothing is to be said do not push the one away of which everything is."""
    many = [TOKEN.replace("Token", f"Token{i:02d}") for i in range(12)]
    write(folder, VAULT, *many)
    git(folder, "commit", "-q", "-am", "many")
    git(folder, "tag", "many")
    write(folder, BROKEN, *many, TOKEN.replace("Token", "Fresh"))

    _, out, _ = check("--all", "--against", "many")

    lines = out.splitlines()
    assert lines[0].startswith("✗ unsafe  contracts/M.sol:Vault")
    assert "✓ safe  contracts/M.sol:Fresh" in lines[2:4]
    assert lines[-3].startswith("✓ safe  12 more: contracts/M.sol:Token00, contracts/M.sol:Token01")
    assert "14 contracts: 13 safe, 1 unsafe, 0 cannot tell" == lines[-2]


@pytest.mark.parametrize(
    ("old", "new"),
    [("VaultV1", "VaultV2"), ("Vault", "VaultV2"), ("Vault_v2", "Vault_v3"), ("Before", "After")],
)
def test_a_successor_is_compared_with_what_it_succeeds(folder, check, old, new):
    """The next version of a name, or the one new contract of a file that lost one: to call it new would pass it."""
    write(folder, VAULT.replace("Vault", old), TOKEN)
    git(folder, "commit", "-q", "-am", "named")
    git(folder, "tag", "named")
    write(folder, BROKEN.replace("Vault", new), TOKEN)

    code, out, _ = check("--all", "--against", "named")

    assert (3, True) == (code, f"✗ unsafe  contracts/M.sol:{new}  ({old} → {new})" in out)
    assert "contract-missing" not in out


def test_the_next_version_beside_the_last_is_compared_with_it(folder, check):
    """Projects keep every version in the tree; the one that is new succeeds the highest that is lower."""
    first, second = (VAULT.replace("Vault", f"VaultV{number}") for number in (1, 2))
    write(folder, first, second, TOKEN)
    git(folder, "commit", "-q", "-am", "two")
    git(folder, "tag", "two")
    write(folder, first, second, TOKEN)
    write(folder, BROKEN.replace("Vault", "VaultV3"), file="Third.sol")

    code, out, _ = check("--all", "--against", "two")

    assert (3, True) == (code, "✗ unsafe  contracts/Third.sol:VaultV3  (VaultV2 → VaultV3)" in out)
    assert "✓ safe  contracts/M.sol:VaultV1" in out.splitlines()


def test_an_annotation_says_what_a_contract_succeeds(folder, check):
    """Whatever both are called, and wherever they are."""
    write(folder, TOKEN)
    write(folder, "/// @custom:oz-upgrades-from Vault\n" + BROKEN.replace("Vault", "Treasury"), file="T.sol")

    code, out, _ = check("--all", "--against", "v1")

    assert (3, True) == (code, "✗ unsafe  contracts/T.sol:Treasury  (Vault → Treasury)" in out)


def test_numbers_that_are_no_versions_join_nothing(folder, check):
    """ERC-1155 does not succeed ERC-721."""
    write(folder, VAULT, TOKEN.replace("Token", "ERC721"))
    git(folder, "commit", "-q", "-am", "tokens")
    git(folder, "tag", "tokens")
    write(folder, VAULT, TOKEN.replace("Token", "ERC721"))
    write(folder, TOKEN.replace("Token", "ERC1155"), file="Other.sol")

    _, out, _ = check("--all", "--against", "tokens")

    assert "note: contract-missing contracts/Other.sol:ERC1155: it is new" in out


def test_sources_without_a_folder_of_their_own_go_before_artifacts_beside_them(tmp_path, check):
    """A published package: its artifacts hold no layouts, the sources beside them have them."""
    for name, vault in (("old", VAULT), ("new", BROKEN)):
        (tmp_path / name / "build" / "contracts").mkdir(parents=True)
        (tmp_path / name / "token").mkdir()
        (tmp_path / name / "token" / "Vault.sol").write_text(HEAD + vault)
        (tmp_path / name / "build" / "contracts" / "Vault.json").write_text(
            json.dumps({"contractName": "Vault", "sourceName": "token/Vault.sol", "abi": [], "bytecode": "0x60"})
        )

    code, out, said = check("--all", str(tmp_path / "new"), "--against", str(tmp_path / "old"))

    assert (3, "1 contract: 0 safe, 1 unsafe, 0 cannot tell") == (code, out.splitlines()[-2])
    assert f"check: compiling 1 source of {tmp_path / 'old'}" in said


def test_places_are_those_of_the_tree_as_seen_from_here(folder, check, tmp_path, monkeypatch):
    """Editors follow a path from where the command ran, code hosts one from the root of the repository."""
    write(folder, BROKEN, TOKEN)
    monkeypatch.chdir(folder.parent)

    _, out, _ = check("--all", str(folder), "--against", "v1", "--sarif", str(tmp_path / "f.sarif"))

    assert f"{folder.name}/contracts/M.sol:10: error: storage-moved Vault.z" in out
    results = json.loads((tmp_path / "f.sarif").read_text())["runs"][0]["results"]
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert {"contracts/M.sol"} == uris


def test_from_within_a_project_the_whole_of_it_is_checked(folder, check, monkeypatch):
    """A folder without sources stands for the project around it, and places are seen from where one is."""
    write(folder, BROKEN, TOKEN)
    (folder / "package.json").write_text("{}")
    (folder / "scripts").mkdir()
    monkeypatch.chdir(folder / "scripts")

    code, out, _ = check("--all", "--against", "v1")

    assert (3, True) == (code, "../contracts/M.sol:10: error: storage-moved Vault.z" in out)


@pytest.mark.usefixtures("folder")
def test_a_tree_that_is_not_there_and_a_name_that_is_none_are_said(check, tmp_path):
    """Each by itself, with what there is."""
    code, _, said = check("--all", "nowhere", "--against", "v1")
    (tmp_path / "empty").mkdir()
    empty, _, bare = check("--all", str(tmp_path / "empty"), "--against", ".")
    other, _, told = check("--all", "--against", "v1", "--only", "Valt*")

    assert (2, True) == (code, "error: nowhere: no such file or folder" in said)
    assert (2, True) == (empty, "neither Solidity sources nor builds are in it" in bare)
    assert "compiling" not in said + bare
    assert (2, True) == (other, "error: no contract is called Valt*" in told)
    assert "fix: name one of: contracts/M.sol:Vault" in told


def test_a_message_is_whole():
    """Of eight hundred characters as of eighty; a name of a megabyte in it is not."""
    words = " ".join(f"so does variableNumber{i}" for i in range(60))
    finding = Finding("storage-moved", Severity.BLOCKER, "Vault.z", f"{words} END", "A" * 1_000_000)

    (line,) = compact_lines([finding])

    assert f"{words} END; to mend: AAAA" in line
    assert len(line) < 3_000


@pytest.mark.usefixtures("folder")
def test_a_build_that_is_malformed_does_not_stop_the_others(check, tmp_path):
    """It cannot be told; of the old tree, whose every contract has to be known, it is an error."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Vault.json").write_text(layout("az"))
    (tmp_path / "new" / "Odd.json").write_text('{"storage": [{"label": "a", "offset": NaN}], "types": {}}')

    code, out, _ = check("--all", str(tmp_path / "new"), "--against", str(tmp_path / "old"))
    turned, _, said = check("--all", str(tmp_path / "old"), "--against", str(tmp_path / "new"))

    assert (3, "2 contracts: 1 safe, 0 unsafe, 1 cannot tell") == (code, out.splitlines()[-2])
    assert "error: contract-unreadable Odd.json: " in out
    assert (2, True) == (turned, "Odd.json storage[0]" in said)


@pytest.mark.usefixtures("folder")
def test_artifacts_without_layouts_say_so_once_each(check, tmp_path):
    """Its name once, what is missing, and the ways to have it."""
    (tmp_path / "out").mkdir()
    about = {"contractName": "Vault", "sourceName": "src/Vault.sol", "bytecode": "0x60", "deployedBytecode": "0x60"}
    abi = [{"type": "function", "name": "initialize", "inputs": [], "outputs": [], "stateMutability": "nonpayable"}]
    (tmp_path / "out" / "Vault.json").write_text(json.dumps({**about, "abi": abi}))

    code, out, _ = check("--all", str(tmp_path / "out"), "--against", str(tmp_path / "out"))

    (line,) = [line for line in out.splitlines() if "contract-unreadable" in line]
    assert (3, 1) == (code, line.count("src/Vault.sol:Vault"))
    assert "src/Vault.sol:Vault: comes without storage layout and without AST; to mend: name its source" in line
