//! The platform's own file: one object whose list of samples is read one by one.

use super::{Broken, Each, Item, Said, Told, broken, of_json};
use chorale_model::exchange::{DecidedSample, FORMAT, FORMAT_VERSION};
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::Read;

/// What a reader says that nobody listens to any more.
const ENOUGH: &str = "nobody wants more";

pub fn read(input: impl Read, each: Each<'_>) -> Result<(), Broken> {
    let mut json = serde_json::Deserializer::from_reader(input);
    let read = json.deserialize_map(Document { each });
    match read.and_then(|()| json.end()) {
        Ok(()) => Ok(()),
        Err(error) if error.to_string().starts_with(ENOUGH) => Err(broken(0, ENOUGH)),
        Err(error) => Err(of_json(&error)),
    }
}

struct Document<'a> {
    each: Each<'a>,
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a file of decisions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut format, mut version, mut samples) = (false, false, false);
        let each = self.each;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "format" => {
                    let said: String = map.next_value()?;
                    if said != FORMAT {
                        return Err(A::Error::custom(format!("the format is \"{said}\", not \"{FORMAT}\"")));
                    }
                    format = true;
                }
                "version" => {
                    let said: u64 = map.next_value()?;
                    if said != FORMAT_VERSION {
                        let words = format!("the file has version {said}, this chorale reads {FORMAT_VERSION}");
                        return Err(A::Error::custom(words));
                    }
                    version = true;
                }
                "samples" if format && version => {
                    map.next_value_seed(Samples { each: &mut *each })?;
                    samples = true;
                }
                "samples" => {
                    let words = format!("\"format\": \"{FORMAT}\" and its \"version\" must stand before the samples");
                    return Err(A::Error::custom(words));
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match samples {
            true => Ok(()),
            false => Err(A::Error::custom(format!("it is no file of \"{FORMAT}\": it has no samples"))),
        }
    }
}

struct Samples<'a> {
    each: Each<'a>,
}

impl<'de> DeserializeSeed<'de> for Samples<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Samples<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of samples")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut line = 0;
        while let Some(one) = seq.next_element::<DecidedSample>()? {
            line += 1;
            let said = one.decisions.into_iter().map(|one| Said::Exact(Box::new(one))).collect();
            let told = Told { line, sample: one.sample, dataset: one.datasets.into_iter().next(), said };
            if !(self.each)(Item::Told(told)) {
                return Err(A::Error::custom(ENOUGH));
            }
        }
        Ok(())
    }
}
