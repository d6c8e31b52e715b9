"""What a plain installation uses of the kit needs nothing that a plain installation lacks."""

import subprocess
import sys

import hub.testing

NO_PYTEST = "import sys; sys.modules.update(pytest=None, hypothesis=None, aiosmtpd=None); "


def test_a_test_certificate_is_made_without_the_testing_extra() -> None:
    code = NO_PYTEST + "from hub.testing.csd import make_csd; print(make_csd('EKU9003173C9', 'ESCUELA').numero)"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert len(made.stdout.strip()) == 20


def test_every_public_name_of_the_kit_is_there() -> None:
    missing = [name for name in hub.testing.__all__ if not hasattr(hub.testing, name)]
    assert hub.testing.__all__
    assert missing == []
