//! Makes the folder of the browser's files when it is absent, so that the server builds without them.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=../target/site/manifest.json");
    std::fs::create_dir_all("../target/site")
}
