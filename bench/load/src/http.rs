//! One kept-alive HTTP/1.1 connection. Plain on purpose: the client shares two cores with the server it measures.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

pub struct Connection {
    stream: BufReader<TcpStream>,
    at: String,
    header: String,
    body: Vec<u8>,
}

impl Connection {
    /// `header` rides on every request: who asks.
    pub fn open(at: &str, header: &str) -> Result<Connection> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let stream = BufReader::with_capacity(64 << 10, stream);
        Ok(Connection { stream, at: at.to_owned(), header: header.to_owned(), body: Vec::new() })
    }

    /// Status and whole body.
    pub fn get(&mut self, target: &str) -> Result<(u16, &[u8])> {
        let request = format!("GET {target} HTTP/1.1\r\nhost: {}\r\n{}\r\n\r\n", self.at, self.header);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| broken(format!("\"{first}\" is no status line")))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                None => break,
                Some(("content-length", value)) => {
                    length = value.trim().parse().map_err(|_| broken(format!("\"{line}\" is no length")))?;
                }
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                Some(_) => {}
            }
        }
        self.body.clear();
        if chunked {
            self.chunks()?;
        } else {
            self.take(length)?;
        }
        Ok((status, &self.body))
    }

    fn chunks(&mut self) -> Result<()> {
        loop {
            let line = self.line()?;
            let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)
                .map_err(|_| broken(format!("\"{line}\" is no size of a chunk")))?;
            self.take(size)?;
            self.line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn take(&mut self, bytes: usize) -> Result<()> {
        let before = self.body.len();
        self.body.resize(before + bytes, 0);
        self.stream.read_exact(&mut self.body[before..])
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(broken("the server closed the connection".to_owned()));
        }
        Ok(line.trim_end().to_owned())
    }
}

fn broken(what: String) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// A text as a part of a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
