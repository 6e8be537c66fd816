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

pub fn sample_id(organization: OrganizationId, collection: CollectionId, key: &str) -> Uuid {
    derived(&[b"sample", organization.0.as_bytes(), collection.0.as_bytes(), key.as_bytes()])
}

pub fn sample_version_id(sample: Uuid, content: &[u8; 32]) -> Uuid {
    derived(&[b"sample version", sample.as_bytes(), content])
}

/// A UUIDv8 (RFC 9562) of a SHA-256 over length-prefixed parts.
fn derived(parts: &[&[u8]]) -> Uuid {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
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
}
