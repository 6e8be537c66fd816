//! Documents on their way to the indexing thread. tantivy queues ten thousand of them, each with its text several times
//! over: a hundred megabytes when they come faster than they are indexed. Here each takes one of a few places, and gives
//! it back when the indexing thread takes it (or drops it, when it gives up).

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tantivy::TantivyDocument;
use tantivy::schema::document::Document;

/// The places in the queue.
pub(super) struct Places(Arc<Free>);

struct Free {
    places: Mutex<usize>,
    /// So many are given back before somebody who waits goes on: waking up for each of them would cost more than indexing.
    enough: usize,
    given_back: Condvar,
}

impl Free {
    fn places(&self) -> MutexGuard<'_, usize> {
        // The count is right whoever panicked: nothing can fail while it is held.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    pub(super) fn new(places: usize) -> Self {
        Places(Arc::new(Free { places: Mutex::new(places), enough: places.div_ceil(2), given_back: Condvar::new() }))
    }

    /// The document in a place of its own, as soon as one is free.
    pub(super) fn wait(&self, document: TantivyDocument) -> Waiting {
        let mut places = self.0.places();
        if *places == 0 {
            let few = |places: &mut usize| *places < self.0.enough;
            places = self.0.given_back.wait_while(places, few).unwrap_or_else(PoisonError::into_inner);
        }
        *places -= 1;
        Waiting { document, _place: Place(self.0.clone()) }
    }
}

struct Place(Arc<Free>);

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.0.places();
        *places += 1;
        if *places == self.0.enough {
            self.0.given_back.notify_one();
        }
    }
}

/// A document in the queue.
pub(super) struct Waiting {
    document: TantivyDocument,
    _place: Place,
}

impl Document for Waiting {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    /// What the indexing thread calls when the document's turn has come.
    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn no_more_wait_than_there_are_places() {
        let places = Places::new(2);
        let queue = Arc::new(Mutex::new(Vec::new()));
        let most = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..100 {
                    let waiting = places.wait(TantivyDocument::default());
                    let mut queue = queue.lock().unwrap();
                    queue.push(waiting);
                    most.fetch_max(queue.len(), Ordering::SeqCst);
                }
            });
            for _ in 0..100 {
                let taken = loop {
                    if let Some(taken) = queue.lock().unwrap().pop() {
                        break taken;
                    }
                    std::thread::yield_now();
                };
                drop(taken.into_tantivy_document());
            }
        });
        assert!(most.into_inner() <= 2);
        assert_eq!(*places.0.places(), 2, "every place is given back");
    }
}
