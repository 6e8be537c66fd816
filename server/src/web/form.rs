//! Multipart forms whose files may be large and whose rest may not. Files stream through; everything else of a body
//! (fields, part headers, what stands before the first boundary) is kept in memory by the parser, so it is counted,
//! and a body that holds too much of it is refused while it arrives.
//!
//! The parser takes whatever its body has ready. It is therefore fed by hand: [`Gate`] lets one piece through each
//! time the parser cannot go on without.

use super::{Refusal, Web};
use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use chorale_model::Fault;
use futures::{Stream, StreamExt};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll};

/// The longest field that is no file.
const LONGEST_TEXT: usize = 1 << 20;
/// What a form may hold besides the content of its files.
const MOST_BESIDES: usize = 2 << 20;
/// What the parser is given at a time.
const PIECE: usize = 64 << 10;

/// A form that is being received.
pub struct Form {
    parts: Multipart,
    gate: Arc<Gate>,
}

impl FromRequest<Web> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Refusal> {
        let gate = Arc::new(Gate::default());
        let (head, body) = request.into_parts();
        let gated = Gated { body: body.into_data_stream(), rest: Bytes::new(), gate: gate.clone() };
        let request = Request::from_parts(head, Body::from_stream(gated));
        match Multipart::from_request(request, web).await {
            Ok(parts) => Ok(Form { parts, gate }),
            Err(_) => Err(Fault::field("content-type", "send multipart/form-data, with its boundary").into()),
        }
    }
}

impl Form {
    /// The next part, once its headers are here. The part before is passed over if it was not read.
    pub async fn next_part(&mut self) -> Result<Option<Part<'_>>, Fault> {
        let gate = self.gate.clone();
        let next = gate.feed(self.parts.next_field()).await;
        let field = next.map_err(|error| broken(&gate, &error))?;
        Ok(field.map(|field| Part { field, gate }))
    }
}

/// A part of a form: a field, or a file.
pub struct Part<'a> {
    field: Field<'a>,
    gate: Arc<Gate>,
}

impl Part<'_> {
    pub fn name(&self) -> &str {
        self.field.name().unwrap_or_default()
    }

    /// As the client calls the file; empty where it sent none.
    pub fn file_name(&self) -> &str {
        self.field.file_name().unwrap_or_default()
    }

    /// The next bytes of a file, which are not counted: whoever takes them has a limit of their own.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Fault> {
        let chunk = self.gate.feed(self.field.chunk()).await.map_err(|error| broken(&self.gate, &error))?;
        if let Some(chunk) = &chunk {
            self.gate.besides.fetch_sub(chunk.len(), Ordering::SeqCst);
        }
        Ok(chunk)
    }

    /// The whole of a field, trimmed.
    pub async fn text(mut self) -> Result<String, Fault> {
        let mut bytes = Vec::new();
        loop {
            let chunk = self.gate.feed(self.field.chunk()).await.map_err(|error| broken(&self.gate, &error))?;
            let Some(chunk) = chunk else { break };
            if bytes.len() + chunk.len() > LONGEST_TEXT {
                let name = self.name();
                return Err(Fault::too_large(format!("{name}: is longer than {LONGEST_TEXT} bytes; send less")));
            }
            bytes.extend_from_slice(&chunk);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text.trim().to_owned()),
            Err(_) => Err(Fault::field(self.name(), "is no UTF-8; send it as UTF-8")),
        }
    }
}

fn broken(gate: &Gate, error: &MultipartError) -> Fault {
    if gate.is_full() {
        return Fault::too_large(format!(
            "the form holds more than {MOST_BESIDES} bytes besides its files; nothing was imported, send fewer fields"
        ));
    }
    Fault::invalid(format!("the form broke off: {}; nothing was imported, send it again", error.body_text()))
}

const SHUT: u8 = 0;
const OPEN: u8 = 1;
/// The body has nothing yet and wakes whoever asked.
const WAITING: u8 = 2;

/// Between a body and its parser.
#[derive(Default)]
struct Gate {
    state: AtomicU8,
    /// Bytes that went in, less those that left as the content of files.
    besides: AtomicUsize,
}

impl Gate {
    fn is_full(&self) -> bool {
        self.besides.load(Ordering::SeqCst) > MOST_BESIDES
    }

    /// Runs a step of the parser, with a piece of the body each time it cannot go on with what it has.
    async fn feed<T>(&self, step: impl Future<Output = T>) -> T {
        let mut step = pin!(step);
        std::future::poll_fn(|cx| {
            self.state.store(SHUT, Ordering::SeqCst);
            loop {
                if let Poll::Ready(done) = step.as_mut().poll(cx) {
                    return Poll::Ready(done);
                }
                // Anything but shut: the body was asked and has nothing, or was not asked at all.
                if self.state.load(Ordering::SeqCst) != SHUT {
                    return Poll::Pending;
                }
                self.state.store(OPEN, Ordering::SeqCst);
            }
        })
        .await
    }
}

/// A body that gives a piece when its gate is open.
struct Gated {
    body: BodyDataStream,
    rest: Bytes,
    gate: Arc<Gate>,
}

impl Stream for Gated {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.gate.state.load(Ordering::SeqCst) != OPEN {
            // `feed` polls again by itself.
            return Poll::Pending;
        }
        if this.gate.is_full() {
            this.gate.state.store(SHUT, Ordering::SeqCst);
            return Poll::Ready(Some(Err(axum::Error::new("too much besides its files"))));
        }
        if this.rest.is_empty() {
            match this.body.poll_next_unpin(cx) {
                Poll::Pending => {
                    this.gate.state.store(WAITING, Ordering::SeqCst);
                    return Poll::Pending;
                }
                Poll::Ready(Some(Ok(chunk))) => this.rest = chunk,
                Poll::Ready(end) => {
                    this.gate.state.store(SHUT, Ordering::SeqCst);
                    return Poll::Ready(end);
                }
            }
        }
        let piece = this.rest.split_to(PIECE.min(this.rest.len()));
        this.gate.besides.fetch_add(piece.len(), Ordering::SeqCst);
        this.gate.state.store(SHUT, Ordering::SeqCst);
        Poll::Ready(Some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::DefaultBodyLimit;
    use std::convert::Infallible;

    /// A form over a body of `chunks`, and how many bytes of it were taken.
    async fn form(chunks: impl Iterator<Item = Bytes> + Send + 'static) -> (Form, Arc<AtomicUsize>) {
        let taken = Arc::new(AtomicUsize::new(0));
        let count = taken.clone();
        let counted = chunks.inspect(move |chunk| {
            count.fetch_add(chunk.len(), Ordering::SeqCst);
        });
        let body = Body::from_stream(futures::stream::iter(counted.map(Ok::<_, Infallible>)));
        let gate = Arc::new(Gate::default());
        let gated = Gated { body: body.into_data_stream(), rest: Bytes::new(), gate: gate.clone() };
        let mut request = Request::post("/")
            .header(http::header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(Body::from_stream(gated))
            .unwrap();
        // As the router does for every route.
        DefaultBodyLimit::disable().apply(&mut request);
        (Form { parts: Multipart::from_request(request, &()).await.unwrap(), gate }, taken)
    }

    fn file(head: &str, size: usize) -> Bytes {
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{head}\"\r\n\r\n");
        [head.into_bytes(), vec![b'x'; size], b"\r\n".to_vec()].concat().into()
    }

    #[tokio::test]
    async fn a_file_may_be_larger_than_the_rest_of_its_form() {
        let size = 3 * MOST_BESIDES;
        // In one chunk, then in chunks that split the boundary.
        let text = file("collection", 10);
        let whole = [&text[..], &file("file\"; filename=\"a", size)[..], &text[..], &b"--edge--\r\n"[..]].concat();
        for step in [whole.len(), 1_021] {
            let chunks: Vec<Bytes> = whole.chunks(step).map(Bytes::copy_from_slice).collect();
            let (mut form, _) = form(chunks.into_iter()).await;
            assert_eq!(form.next_part().await.unwrap().unwrap().text().await.unwrap(), "xxxxxxxxxx");
            let mut part = form.next_part().await.unwrap().unwrap();
            assert_eq!((part.name(), part.file_name()), ("file", "a"));
            let mut read = 0;
            while let Some(chunk) = part.chunk().await.unwrap() {
                read += chunk.len();
            }
            assert_eq!(read, size);
            // One part at a time.
            drop(part);
            assert_eq!(form.next_part().await.unwrap().unwrap().name(), "collection");
            assert!(form.next_part().await.unwrap().is_none());
        }
    }

    #[tokio::test]
    async fn what_is_no_file_is_refused_while_it_arrives() {
        let long = || std::iter::repeat_n(Bytes::from(vec![b'y'; 1 << 16]), 1 << 10);
        let header = Bytes::from_static(b"--edge\r\nX-Long: ");
        let field = Bytes::from_static(b"--edge\r\nContent-Disposition: form-data; name=\"collection\"\r\n\r\n");
        let many = std::iter::repeat_n(file("note", 1_000), 1 << 16);
        let bodies: [Box<dyn Iterator<Item = Bytes> + Send>; 4] = [
            Box::new(long()),
            Box::new(std::iter::once(header).chain(long())),
            Box::new(std::iter::once(field).chain(long())),
            Box::new(many),
        ];
        for (at, body) in bodies.into_iter().enumerate() {
            let (mut form, taken) = form(body).await;
            let fault = loop {
                match form.next_part().await {
                    Ok(Some(part)) => match part.text().await {
                        Ok(_) => {}
                        Err(fault) => break fault,
                    },
                    Ok(None) => panic!("body {at} ended"),
                    Err(fault) => break fault,
                }
            };
            assert_eq!(fault.kind, chorale_model::FaultKind::TooLarge, "body {at}: {fault}");
            let taken = taken.load(Ordering::SeqCst);
            assert!(taken <= MOST_BESIDES + 2 * PIECE, "body {at}: {taken} bytes were taken");
        }
    }
}
