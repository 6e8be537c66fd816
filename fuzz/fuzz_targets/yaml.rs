//! The YAML that lies beside MLflow's models and runs.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = chorale_formats::yaml::parse(text);
});
