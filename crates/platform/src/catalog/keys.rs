//! What names a sample, and the ids that follow from it.

use chorale_model::{CollectionId, OrganizationId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Prefixes of accessions that mean the same sample everywhere: GEO, BioSample and the read archives.
const PUBLIC: [&str; 13] =
    ["GSM", "SAMN", "SAMEA", "SAMD", "SRS", "ERS", "DRS", "SRR", "ERR", "DRR", "SRX", "ERX", "DRX"];

/// Whether an accession is a public archive's, such as GSM11805 or SAMEA104062.
pub fn is_public_accession(accession: &str) -> bool {
    PUBLIC.iter().any(|prefix| {
        accession.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// The sample's key in its collection: a public accession is one sample wherever it appears; any other name means
/// something only inside its dataset.
pub fn sample_key(dataset_accession: &str, accession: &str) -> String {
    if is_public_accession(accession) { accession.to_owned() } else { format!("{dataset_accession}/{accession}") }
}

/// Neighbours in a source get neighbouring ids: random ones would touch a page of every index for every sample.
pub fn sample_id(organization: OrganizationId, collection: CollectionId, key: &str) -> Uuid {
    let place = if is_public_accession(key) {
        number_in(key)
    } else {
        let dataset = key.split_once('/').map_or(key, |(dataset, _)| dataset);
        first_48(&hash(&[dataset.as_bytes()]))
    };
    derived(place, &[b"sample", organization.0.as_bytes(), collection.0.as_bytes(), key.as_bytes()])
}

pub fn sample_version_id(sample: Uuid, content: &[u8; 32]) -> Uuid {
    derived(first_48(sample.as_bytes()), &[b"sample version", sample.as_bytes(), content])
}

/// A UUIDv8 (RFC 9562): 48 bits that say where it lies, 74 bits of a SHA-256 that say what it is.
fn derived(place: [u8; 6], parts: &[&[u8]]) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&place);
    bytes[6..].copy_from_slice(&hash(parts)[..10]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// SHA-256 over length-prefixed parts.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The digits of an accession, as a number.
fn number_in(accession: &str) -> [u8; 6] {
    let digits = accession.trim_start_matches(|c: char| !c.is_ascii_digit());
    let number: u64 = digits.parse().unwrap_or(u64::MAX);
    let mut place = [0; 6];
    place.copy_from_slice(&number.to_be_bytes()[2..]);
    place
}

fn first_48(bytes: &[u8]) -> [u8; 6] {
    let mut place = [0; 6];
    place.copy_from_slice(&bytes[..6]);
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_accession_is_one_sample_in_every_dataset() {
        assert_eq!(sample_key("GSE1", "GSM11805"), "GSM11805");
        assert_eq!(sample_key("GSE1", "SAMEA104062"), "SAMEA104062");
        assert_eq!(sample_key("GSE1", "GSM"), "GSE1/GSM");
        assert_eq!(sample_key("GSE1", "GSM1x"), "GSE1/GSM1x");
        assert_eq!(sample_key("GSE1", "Control 1"), "GSE1/Control 1");
    }

    #[test]
    fn ids_follow_from_what_they_name_and_lie_in_the_order_of_accessions() {
        let (one, other) = (OrganizationId(Uuid::from_u128(1)), OrganizationId(Uuid::from_u128(2)));
        let collection = CollectionId(Uuid::from_u128(3));
        let id = |organization, key: &str| sample_id(organization, collection, key);
        assert_eq!(id(one, "GSM9"), id(one, "GSM9"));
        assert_ne!(id(one, "GSM9"), id(other, "GSM9"));
        assert_ne!(id(one, "GSM9"), id(one, "SRS9"));
        assert!(id(one, "GSM9") < id(one, "GSM10"));
        assert_ne!(id(one, "GSE1/a"), id(one, "GSE1/b"));
        assert_eq!(id(one, "GSE1/a").get_version_num(), 8);
        let version = |content| sample_version_id(id(one, "GSM9"), &[content; 32]);
        assert_ne!(version(1), version(2));
    }
}
