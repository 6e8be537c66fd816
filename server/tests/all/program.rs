//! The built program as a process of its own, with a data folder of its own. Ends what it started.

use chorale_model::{OrganizationId, Role};
use chorale_platform::{Clock, Ctx, Deployment, identity};
use chorale_server::{Config, start};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, Command};

/// No step of a test takes longer; a test that waits in vain says for what.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A deployment on this machine, worked on by the program.
pub struct Program {
    folder: TempDir,
    settings: BTreeMap<&'static str, String>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// The last line of standard error, as JSON.
    pub fn error(&self) -> Value {
        let last = self.err.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|e| panic!("\"{last}\" is no JSON: {e}"))
    }
}

impl Program {
    pub fn new() -> Program {
        Program { folder: tempfile::tempdir().unwrap(), settings: BTreeMap::new() }
    }

    /// With a setting, as its environment variable.
    pub fn with(mut self, variable: &'static str, value: impl Into<String>) -> Program {
        self.settings.insert(variable, value.into());
        self
    }

    /// Writes a file beside the data folder.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chorale"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("CHORALE_DATA_DIR", self.folder.path().join("data")).envs(&self.settings);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let output = tokio::time::timeout(PATIENCE, self.command(arguments).output()).await;
        let output = output.unwrap_or_else(|_| panic!("{arguments:?} did not end")).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs a command that must succeed; its standard output.
    pub async fn must(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments).await;
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.err);
        ended.out
    }

    /// Starts a command that goes on.
    pub fn begin(&self, arguments: &[&str]) -> Begun {
        let mut child = self.command(arguments).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Begun { child, lines, seen: String::new() }
    }

    /// Starts the server and waits until it is ready.
    pub async fn serve(&self, arguments: &[&str]) -> Served {
        let mut begun = self.begin(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        let ready = begun.until("\"message\":\"ready\"").await;
        let said: Value = serde_json::from_str(&ready).unwrap();
        Served { begun, address: said["listen"].as_str().unwrap().to_owned() }
    }

    /// The same deployment opened by the test.
    pub async fn deployment(&self) -> Arc<Deployment> {
        let flags = BTreeMap::from([("data_dir".to_owned(), self.folder.path().join("data").display().to_string())]);
        let config = Config::load(&flags, |_| None, None).unwrap();
        start::deployment_at(&config, start::Schema::Migrate, Clock::System).await.unwrap()
    }

    /// An organization with a token of that role.
    pub async fn organization(&self, role: Role) -> (OrganizationId, String) {
        let app = self.deployment().await;
        let operator = Ctx::operator(app.clone(), None);
        let id = identity::create_organization(&operator, "Alpha Lab", false).await.unwrap().id;
        let token =
            identity::create_operator_token(&Ctx::operator(app.clone(), Some(id)), id, role, "test").await.unwrap();
        app.db.close().await;
        (id, token.secret)
    }
}

/// A running command.
pub struct Begun {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    seen: String,
}

impl Begun {
    /// Waits for a line of standard error that holds `words`.
    pub async fn until(&mut self, words: &str) -> String {
        let found = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                self.seen.push_str(&line);
                self.seen.push('\n');
                if line.contains(words) {
                    return Some(line);
                }
            }
            None
        };
        let found = tokio::time::timeout(PATIENCE, found).await.ok().flatten();
        found.unwrap_or_else(|| panic!("no line says {words}:\n{}", self.seen))
    }

    /// `INT` or `TERM`, from outside, as a terminal or a service manager sends it.
    pub async fn signal(&self, name: &str) {
        let id = self.child.id().expect("the process runs still").to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().await.unwrap();
        assert!(sent.success(), "kill -{name} {id}");
    }

    pub async fn end(mut self) -> Ended {
        let rest = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                self.seen.push_str(&line);
                self.seen.push('\n');
            }
            let mut out = String::new();
            self.child.stdout.take().unwrap().read_to_string(&mut out).await.unwrap();
            (self.child.wait().await.unwrap().code(), out)
        };
        let ended = tokio::time::timeout(PATIENCE, rest).await;
        let Ok((code, out)) = ended else { panic!("the program did not end:\n{}", self.seen) };
        Ended { code, out, err: self.seen }
    }
}

/// A server that answers at `address`.
pub struct Served {
    pub begun: Begun,
    pub address: String,
}

impl Served {
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.unwrap()
    }

    /// Sends bytes as they are and reads what comes until the server closes.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        read_all(&mut stream).await
    }

    /// A request without a body; head and body as they came.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> String {
        self.send("GET", path, headers, "").await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        self.raw(text.as_bytes()).await
    }

    /// Ends it as a service manager does.
    pub async fn stop(self) -> Ended {
        self.begun.signal("TERM").await;
        self.begun.end().await
    }
}

/// What comes until the other side closes, as text.
pub async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    read.expect("the server closes the connection").unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A family of one series with one sample, as GEO writes it.
pub fn family(series: &str, sample: &str) -> String {
    format!(
        "^SERIES = {series}\n!Series_title = Study {series}\n!Series_geo_accession = {series}\n^PLATFORM = GPL1\n\
         !Platform_title = Array\n^SAMPLE = {sample}\n!Sample_title = tumor {sample}\n!Sample_geo_accession = {sample}\n\
         !Sample_series_id = {series}\n!Sample_platform_id = GPL1\n!Sample_organism_ch1 = Homo sapiens\n#ID_REF =\n\
         #VALUE =\n!sample_table_begin\nID_REF\tVALUE\nTP53\t1.5\n!sample_table_end\n"
    )
}
