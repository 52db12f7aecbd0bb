"""A home with something in it to lose, and the commands that write to it. Shared by the programs of
this folder: a call fails (calls.py), the program is killed (kills.py), two run at once (pairs.py)."""
# SPDX-License-Identifier: MIT
import glob, gzip, json, os, re, shutil, struct, subprocess, tempfile, time

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FIXTURES = f"{TREE}/tests/fixtures"
FASHION = "/usr/share/datasets/fashion-mnist/t10k-"
IMAGES = 300
WHEN = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
TEMPORARY = ".pickmodel.tmp."

# NAME: (arguments, the statuses of success, what it may change: folders and files of its home)
COMMANDS = {
    "add": (["add", "new.cfg", "--name", "New", "--top1", "50", "--source", "me", "--task", "own", "-q"], {0}),
    "add-over": (["add", "other/mine.cfg", "--name", "Mine", "--top1", "40", "--source", "me", "--task", "own", "-q"], {0}),
    "remove": (["remove", "mine", "-q"], {0}),
    "import": (["import", "table.csv", "--device", "board", "-q"], {0}),
    "import-log": (["import", "--power", "meter.csv", "-q"], {0}),
    "evaluate": (["evaluate", "fashion-s4", "--task", "fashion", "--images", "images", "--labels", "labels",
                  "--engine", "darknet", "-q"], {0}),
    "profile": (["profile", "tiny2", "--engine", "quick", "--candidate-time", "100ms", "--with-load", "--power",
                 "none", "-q"], {0}),
    "answer": (["--min-top1", "10", "--profile", "kept.json", "-o", "answer.txt"], {0, 1, 4}),
    "report": (["report", "--min-top1", "10", "--profile", "kept.json", "-o", "report.html", "-q"], {0, 1, 4}),
}


class World:
    """A folder of scratch, with a template of a home, and copies of it to be spoilt."""

    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.scratch = tempfile.mkdtemp(prefix="pickmodel-soak-")
        self.template = f"{self.scratch}/template"
        self.copies = 0
        self.make_template()

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def environment(self, home):
        kept = {k: os.environ[k] for k in ("PATH", "OPENBLAS_CORETYPE") if k in os.environ}
        return {**kept, "HOME": home, "XDG_DATA_HOME": f"{home}/data", "TMPDIR": f"{home}/tmp", "LC_ALL": "C.UTF-8",
                "TZ": "UTC", "SOURCE_DATE_EPOCH": "1800000000", "PICKMODEL_DATA": f"{FIXTURES}/tiny",
                "PICKMODEL_ENGINES": f"{self.scratch}/engines"}

    def start(self, home, arguments, before=(), **more):
        return subprocess.Popen([*before, f"{self.build}/pickmodel", *arguments], cwd=home, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment(home), **more)

    def run(self, home, arguments, before=()):
        """(status, what it said)"""
        process = self.start(home, arguments, before)
        try:
            said = process.communicate(timeout=60)[1].decode(errors="replace")
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return process.returncode, said

    def must(self, home, *arguments):
        status, said = self.run(home, arguments)
        if status != 0:
            raise SystemExit(f"{' '.join(arguments)}: status {status}: {said}")

    def make_template(self):
        home = self.template
        for folder in (f"{home}/data", f"{home}/tmp", f"{home}/other", f"{self.scratch}/engines"):
            os.makedirs(folder)
        os.symlink(f"{self.build}/engines/darknet", f"{self.scratch}/engines/darknet")
        os.symlink(f"{FIXTURES}/engines/quick", f"{self.scratch}/engines/quick")
        network = f"{FIXTURES}/tiny/networks/tiny1.cfg"
        shutil.copy(network, f"{home}/new.cfg")
        shutil.copy(network, f"{home}/mine.cfg")
        shutil.copy(f"{FIXTURES}/tiny/networks/tiny3.cfg", f"{home}/other/mine.cfg")
        shutil.copy(f"{FIXTURES}/fashion/weights/fashion-s4.weights", home)
        with open(f"{home}/table.csv", "w") as f:
            f.write("network,latency_ms,top1_pct\na,10,60\nb,20,70\n")
        self.take_images(home)
        self.must(home, "add", "mine.cfg", "--name", "Mine", "--top1", "30", "--source", "me", "--task", "own", "-q")
        self.must(home, "add", f"{FIXTURES}/fashion/networks/fashion-s4.cfg", "--weights", "fashion-s4.weights",
                  "--task", "fashion", "-q")
        self.must(home, "import", "table.csv", "--device", "kept", "-o", "kept.json", "-q")
        self.must(home, "profile", "tiny0", "--engine", "quick", "--candidate-time", "100ms", "--with-load", "--power",
                  "log", "--power-window", "100ms", "-q")
        now = time.time()
        with open(f"{home}/meter.csv", "w") as f:
            f.write("timestamp,watts\n")
            f.writelines(f"{now - 60 + i * .02:.2f},10\n" for i in range(3500))

    @staticmethod
    def take_images(home):
        for name, magic, head in (("images-idx3", 0x803, 16), ("labels-idx1", 0x801, 8)):
            with gzip.open(f"{FASHION}{name}-ubyte.gz") as f:
                first = struct.unpack(">II", f.read(8))[0]
                shape, size = f.read(head - 8), IMAGES * (28 * 28 if magic == 0x803 else 1)
                assert first == magic
                pixels = f.read(size)
            with open(f"{home}/{name.split('-')[0]}", "wb") as f:
                f.write(struct.pack(">II", magic, IMAGES) + shape + pixels)

    def fresh(self):
        self.copies += 1
        home = f"{self.scratch}/home{self.copies}"
        shutil.copytree(self.template, home, symlinks=True)
        return home


def files(home):
    """Every file that is there: its path -> its bytes, moments of time left out."""
    found = {}
    for path in glob.glob(f"{home}/**/*", recursive=True, include_hidden=True):
        if os.path.isfile(path) and not path.endswith(".lock"):
            with open(path, "rb") as f:
                found[os.path.relpath(path, home)] = WHEN.sub(b"T", f.read())
    return found


def left_behind(home):
    return [p for p in glob.glob(f"{home}/**/*", recursive=True, include_hidden=True) if TEMPORARY in p
            or os.path.basename(p).startswith("pickmodel-")]


def broken(world, home):
    """What cannot be read any more; "" where all can."""
    for path in glob.glob(f"{home}/data/**/*.json", recursive=True):
        try:
            with open(path) as f:
                json.load(f)
        except ValueError as e:
            return f"{path}: {e}"
    for path in glob.glob(f"{home}/data/pickmodel/profiles/*.json"):
        if not path.endswith(".samples.json"):
            status, said = world.run(home, ["list", "--profile", path])
            if status != 0:
                return said
    status, said = world.run(home, ["list"])
    return said if status != 0 else ""


def entries(home):
    """What was measured: (network, samples_digest) of each entry with figures."""
    found = set()
    for path in glob.glob(f"{home}/data/pickmodel/profiles/*.json"):
        if not path.endswith(".samples.json"):
            with open(path) as f:
                found |= {(e["network"], e.get("samples_digest")) for e in json.load(f)["entries"]
                          if e["status"] in ("complete", "partial")}
    return found
