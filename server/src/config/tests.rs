use super::table::SETTINGS;
use super::*;

fn load(flags: &[(&str, &str)], environment: &[(&str, &str)], file: Option<PathBuf>) -> Result<Config, Fault> {
    let flags = flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let variable = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Config::load(&flags, variable, file)
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chorale.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let (_folder, path) =
        file("log = \"debug\"\nworker_slots = 7\nmax_connections = 9\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n");
    let config =
        load(&[("log", "error")], &[("CHORALE_LOG", "warn"), ("CHORALE_WORKER_SLOTS", "5")], Some(path.clone()))
            .unwrap();
    assert_eq!((config.log.as_str(), config.worker_slots, config.max_connections), ("error", 5, 9));
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.values["log"].origin, Origin::Flag);
    assert_eq!(config.values["worker_slots"].origin, Origin::Environment);
    assert_eq!(config.values["max_connections"].origin, Origin::File(path));
    assert_eq!(config.values["listen"].origin, Origin::Default);
}

#[test]
fn everything_lies_under_the_data_folder_unless_said_otherwise() {
    let config = load(&[("data_dir", "/srv/c")], &[], None).unwrap();
    assert_eq!(config.database_url, "sqlite:///srv/c/chorale.db");
    assert_eq!(config.objects_url, "file:///srv/c/objects");
    assert_eq!(config.cache_dir, PathBuf::from("/srv/c/cache"));
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000/");
    assert_eq!(config.allowed_hosts, ["127.0.0.1", "localhost", "[::1]"]);
}

#[test]
fn passwords_never_cross_a_network_in_the_clear() {
    let refused = |flags: &[(&str, &str)]| load(flags, &[], None).and_then(|config| config.check_transport()).is_err();
    assert!(refused(&[("listen", "0.0.0.0:3000"), ("public_url", "http://127.0.0.1:3000")]));
    assert!(refused(&[("public_url", "http://chorale.example")]));
    assert!(refused(&[("listen", "0.0.0.0:3000"), ("public_url", "https://chorale.example")]));
    let proxied =
        [("listen", "0.0.0.0:3000"), ("public_url", "https://chorale.example"), ("trusted_proxies", "10.0.0.0/8")];
    assert!(!refused(&proxied));
    assert_eq!(load(&proxied, &[], None).unwrap().allowed_hosts, ["chorale.example"]);
    assert!(!refused(&[]));
}

#[test]
fn a_refusal_names_the_setting_and_what_would_do() {
    for (key, value, words) in [
        ("listen", "here", "listen: \"here\" is no address"),
        ("worker_slots", "0", "worker_slots: \"0\" is no whole number from 1 to 1024"),
        ("trusted_proxies", "all", "trusted_proxies: \"all\" is no network"),
        ("log_format", "xml", "choose json or text"),
        ("otlp_endpoint", "collector:4318", "is no web address; write http://127.0.0.1:4318"),
        ("otlp_endpoint", "http://collector?a=b", "must end after its path"),
        ("public_url", "https://a.example/chorale", "must end after the host"),
    ] {
        let message = load(&[(key, value)], &[], None).unwrap_err().message;
        assert!(message.contains(words), "{message}");
    }
    let (_folder, path) = file("worker_slot = 2\n");
    let message = load(&[], &[], Some(path)).unwrap_err().message;
    assert!(message.contains("\"worker_slot\" in") && message.contains("worker_slots"), "{message}");
}

#[test]
fn secrets_are_masked_wherever_settings_are_printed() {
    let config =
        load(&[("database_url", "postgres://chorale:hunter2@db/chorale"), ("metrics_token", "s3cret")], &[], None)
            .unwrap();
    for printed in [as_text(&config), as_json(&config).to_string()] {
        assert!(!printed.contains("hunter2") && !printed.contains("s3cret"), "{printed}");
        assert!(printed.contains("postgres://chorale:***@db/chorale"), "{printed}");
    }
}

#[test]
fn every_setting_is_documented() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md");
    let docs = std::fs::read_to_string(page).expect("docs/settings.md documents the settings");
    for setting in SETTINGS {
        for name in
            [format!("`{}`", setting.key), format!("`--{}`", setting.flag()), format!("`{}`", setting.variable())]
        {
            assert!(docs.contains(&name), "docs/settings.md does not mention {name}");
        }
    }
}
