//! Any text is a query or an error inside it; a query prints as a text that asks for the same.
#![no_main]

use chorale_search::{MAX_QUERY_BYTES, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse(text) {
        Err(error) => assert!(error.offset_chars <= text.chars().count()),
        Ok(query) => {
            // Printing names the field before each word and adds brackets, which may pass a limit.
            let printed = query.to_string();
            match parse(&printed) {
                Ok(again) => assert_eq!(again, query, "{printed}"),
                Err(error) => assert!(
                    printed.len() > MAX_QUERY_BYTES || error.message.contains("nested deeper"),
                    "{printed}: {error}"
                ),
            }
        }
    }
});
