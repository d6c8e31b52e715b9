import pluggy

import notifiers.email
from hub.plugin import API, Specs
from notifiers.email.config import EmailConfig
from notifiers.email.notifier import EmailNotifier


def test_the_package_brings_the_notifier_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(notifiers.email)

    assert manager.hook.hub_notifiers() == [[EmailNotifier]]
    assert (EmailNotifier.name, EmailNotifier.api, EmailNotifier.config_type) == ("email", API, EmailConfig)


def test_every_setting_explains_itself():
    assert all(field.description for field in EmailConfig.model_fields.values())
