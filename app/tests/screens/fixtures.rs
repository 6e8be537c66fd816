//! Example data for screens. Titles and attributes of GSE6344 are as NCBI GEO has them; counts, times and people
//! are invented for the tests and shown nowhere else.

use chorale_model::audit::{AuditRow, ChainHead};
use chorale_model::catalog::*;
use chorale_model::discovery::{FacetValue, Fragment, Hit, SearchResponse, Snippet};
use chorale_model::identity::{Invitation, Me, Member, Membership, Organization, Session, Token};
use chorale_model::jobs::{Job, JobDataset, JobFile, JobState, Progress, Warning};
use chorale_model::metering::{Quota, Usage, UsageReport};
use chorale_model::*;
use uuid::Uuid;

pub const NOW: Time = Time(1_772_615_520_000_000);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0000 + n)
}

fn attributes(pairs: &[(&str, &str)]) -> Vec<RawAttribute> {
    pairs.iter().map(|(key, value)| RawAttribute { key: (*key).into(), value: (*value).into() }).collect()
}

pub fn me(role: Role) -> Me {
    let organization = OrganizationId(id(1));
    let membership = |n, name: &str, role| Membership { organization: OrganizationId(id(n)), name: name.into(), role };
    Me {
        user: UserId(id(2)),
        email: "ines@northgate.example".into(),
        name: "Ines Okafor".into(),
        organization: Organization {
            id: organization,
            name: "Northgate Liver Lab".into(),
            synthetic: false,
            created_at: NOW,
        },
        role,
        memberships: vec![membership(1, "Northgate Liver Lab", role), membership(9, "Southgate", Role::Scientist)],
        single_keys: true,
    }
}

pub fn collection() -> Collection {
    Collection {
        id: CollectionId(id(10)),
        owner: OrganizationId(id(1)),
        owner_name: "Northgate Liver Lab".into(),
        name: "Public GEO".into(),
        description: "Series from NCBI GEO, as they were submitted.".into(),
        shared: true,
        datasets: 118,
        samples: 3_564,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn version(number: i64) -> Version {
    Version {
        id: VersionId(id(30)),
        number,
        content_sha256: "ab".repeat(32),
        samples: 20,
        provenance: Provenance {
            source: "NCBI GEO".into(),
            source_url: Some("https://www.ncbi.nlm.nih.gov/geo/query/acc.cgi?acc=GSE6344".into()),
            licence: "NCBI public record".into(),
            retrieved_at: NOW,
            file_name: "GSE6344_family.soft.gz".into(),
            raw_sha256: "bcbec30ae6c0759a0bd5ccf0259c291ebd6e0f2f53c6459f9b34ef1fc35b6153".into(),
            raw_size_bytes: 713_903,
            parser: "soft 0.1.0".into(),
            lines: 45_899,
            warnings: 2,
            job: Some(JobId(id(50))),
        },
        created_at: NOW,
        created_by: "jonas@northgate.example".into(),
    }
}

pub fn dataset() -> Dataset {
    Dataset {
        id: DatasetId(id(20)),
        owner: OrganizationId(id(1)),
        collection: CollectionId(id(10)),
        collection_name: "Public GEO".into(),
        accession: "GSE6344".into(),
        platform: "GPL96".into(),
        platform_title: "[HG-U133A] Affymetrix Human Genome U133A Array".into(),
        title: "Gene expression in stage 1, 2 normal and tumor kidney cancer".into(),
        summary: "Genomic profiling of clear cell renal cell carcinoma patients indicated that loss of a negative regulator of the Wnt pathway occurred in most of them.".into(),
        organisms: vec!["Homo sapiens".into()],
        samples: 20,
        version: version(2),
        attributes: attributes(&[("status", "Public on Nov 23 2006"), ("type", "Expression profiling by array"), ("contributor", "")]),
        relations: vec![
            Relation { kind: "SubSeries of".into(), target: "GSE6345".into(), dataset: Some(DatasetId(id(21))), sample: None, url: None },
            Relation { kind: "BioProject".into(), target: "PRJNA99055".into(), dataset: None, sample: None, url: Some("https://www.ncbi.nlm.nih.gov/bioproject/PRJNA99055".into()) },
        ],
        siblings: vec![Sibling { id: DatasetId(id(22)), accession: "GSE6344".into(), platform: "GPL97".into(), samples: 20 }],
        value_table: Some(ValueTable { features: 1_000, samples: 20, size_bytes: 40_000, sha256: "cd".repeat(32) }),
    }
}

pub fn sample_rows() -> Vec<SampleRow> {
    let row = |n: i64, title: &str, said: &str| SampleRow {
        id: SampleId(id(100)),
        position: n,
        accession: format!("GSM14677{n}"),
        title: title.into(),
        organisms: vec!["Homo sapiens".into()],
        attributes: attributes(&[
            ("source_name", "Human Renal Epithelium"),
            ("characteristics", said),
            ("description", "Normal HRE"),
        ]),
    };
    vec![
        row(8, "Stage 1, PT#2, Normal (HG-U133A)", "Normal, PT#2, STG1"),
        row(9, "Stage 1, PT#2, Tumor (HG-U133A)", "Tumor, PT#2, STG1"),
    ]
}

pub fn sample() -> Sample {
    Sample {
        id: SampleId(id(100)),
        owner: OrganizationId(id(1)),
        collection: CollectionId(id(10)),
        accession: "GSM146778".into(),
        title: "Stage 1, PT#2, Normal (HG-U133A)".into(),
        organisms: vec!["Homo sapiens".into()],
        platform: "GPL96".into(),
        attributes: attributes(&[
            ("source_name", "Human Renal Epithelium"),
            ("characteristics", "Normal, PT#2, STG1"),
            ("description", "Tumor HRE"),
            ("molecule", "total RNA"),
        ]),
        relations: vec![],
        datasets: dataset().siblings,
        updated_at: NOW,
    }
}

pub fn files() -> Vec<File> {
    let file = |name: &str, kind: &str, size_bytes| File {
        id: FileId(id(40)),
        name: name.into(),
        kind: kind.into(),
        size_bytes,
        sha256: "bcbec30ae6c0759a0bd5ccf0259c291ebd6e0f2f53c6459f9b34ef1fc35b6153".into(),
        version: 2,
        created_at: NOW,
    };
    vec![file("GSE6344_family.soft.gz", "raw", 713_903), file("GSE6344-GPL96.parquet", "values", 40_000)]
}

pub fn answer() -> SearchResponse {
    let value = |label: &str, count| FacetValue { value: label.into(), label: label.into(), count, parent: None };
    let years = (2005..=2012).zip([25, 55, 165, 294, 627, 254, 637, 151]).map(|(year, n)| value(&year.to_string(), n));
    let facets = [
        ("disease", super::harmonized::diseases()),
        ("sex", vec![value("male", 777), value("female", 179)]),
        ("organism", vec![value("Homo sapiens", 3_564), value("Mus musculus", 267)]),
        ("platform", vec![value("GPL570", 2_100), value("GPL96", 820), value("GPL6244", 12)]),
        (
            "study_type",
            vec![
                value("Expression profiling by array", 3_001),
                value("Expression profiling by high throughput sequencing", 563),
            ],
        ),
        ("year", years.collect()),
    ];
    let fragment = |text: &str, marked| Fragment { text: text.into(), marked };
    let hit = |n: u128, accession: &str, title: &str, snippet| Hit {
        id: id(n),
        owner: OrganizationId(id(1)),
        collection: CollectionId(id(10)),
        accession: accession.into(),
        title: title.into(),
        platform: "GPL96".into(),
        organisms: vec!["Homo sapiens".into()],
        samples: 1,
        score: 3.2,
        snippet,
        values: super::harmonized::hit_values(),
        reasons: vec!["disease is clear cell renal carcinoma, a kind of kidney cancer".into()],
        attributes: sample().attributes,
        datasets: dataset().siblings,
    };
    let words = Snippet {
        field: "source_name".into(),
        fragments: vec![fragment("Human ", false), fragment("Renal", true), fragment(" Epithelium", false)],
    };
    SearchResponse {
        total: 3_564,
        took_ms: 6.8,
        hits: vec![
            hit(100, "GSM146778", "Stage 1, PT#2, Normal (HG-U133A)", Some(words)),
            hit(101, "GSM146779", "Stage 1, PT#2, Tumor (HG-U133A)", None),
        ],
        facets: facets.map(|(name, values)| (name.to_owned(), values)).into(),
        expansions: super::harmonized::expansions(),
        next_cursor: Some("next".into()),
        generations: vec![1],
    }
}

pub fn job(n: u128, state: JobState) -> Job {
    let ended = state.ended();
    let file_state = match state {
        JobState::Succeeded => "succeeded",
        JobState::Failed => "failed",
        JobState::Running => "running",
        _ => "queued",
    };
    Job {
        id: JobId(id(50 + n)),
        kind: "import".into(),
        title: "GSE6344_family.soft.gz".into(),
        state,
        progress: Progress { done: 64, total: 100, unit: "lines".into(), message: "reading".into() },
        attempts: 1,
        max_attempts: 3,
        cancelling: false,
        result: None,
        error: (state == JobState::Failed)
            .then(|| "no sample in the file: it ends after the platform table, at line 201".into()),
        created_by: Some("jonas@northgate.example".into()),
        created_at: NOW,
        run_at: NOW,
        started_at: (state != JobState::Queued).then_some(NOW),
        ended_at: ended.then(|| NOW.plus(1_840_000)),
        files: vec![JobFile {
            name: "GSE6344_family.soft.gz".into(),
            state: file_state.into(),
            message: "20 samples on GPL96, 20 on GPL97".into(),
            sha256: None,
            size_bytes: Some(713_903),
            datasets: vec![JobDataset {
                id: DatasetId(id(20)),
                accession: "GSE6344".into(),
                platform: "GPL96".into(),
                version: 2,
                samples: 20,
            }],
            samples: 40,
        }],
        warnings_total: 2,
        warnings: warnings(),
    }
}

pub fn warnings() -> Vec<Warning> {
    let warning = |line, severity: &str, what: &str, expected: &str, done: &str| Warning {
        file: "GSE6344_family.soft.gz".into(),
        line,
        severity: severity.into(),
        message: String::new(),
        what: what.into(),
        expected: expected.into(),
        done: done.into(),
    };
    vec![
        warning(2_332, "warning", "Fewer rows than announced", "22,283 rows", "1,000 were kept"),
        warning(0, "note", "CRLF line ends", "LF", "the carriage return was dropped"),
    ]
}

pub fn sessions() -> Vec<Session> {
    vec![Session {
        id: SessionId(id(60)),
        current: true,
        address: "127.0.0.1".into(),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64) Chromium".into(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW.plus(Time::DAY),
    }]
}

pub fn tokens() -> Vec<Token> {
    let token = |name: &str, revoked_at| Token {
        id: TokenId(id(61)),
        name: name.into(),
        created_by: "ines@northgate.example".into(),
        prefix: "chorale_ab12".into(),
        role: Role::Scientist,
        created_at: NOW,
        expires_at: Some(NOW.plus(90 * Time::DAY)),
        last_used_at: None,
        revoked_at,
    };
    vec![token("notebook", None), token("old pipeline", Some(NOW))]
}

pub fn members() -> Vec<Member> {
    let member = |n, email: &str, name: &str, role, active| Member {
        user: UserId(id(n)),
        email: email.into(),
        name: name.into(),
        role,
        active,
        last_seen_at: active.then_some(NOW),
        joined_at: NOW,
    };
    vec![
        member(2, "ines@northgate.example", "Ines Okafor", Role::Admin, true),
        member(3, "jonas@northgate.example", "Jonas Weiss", Role::Curator, true),
        member(4, "mara@northgate.example", "", Role::Scientist, false),
    ]
}

pub fn invitations() -> Vec<Invitation> {
    vec![Invitation {
        id: InvitationId(id(80)),
        email: "noor@northgate.example".into(),
        name: "Noor Adler".into(),
        role: Role::Curator,
        created_at: NOW,
        expires_at: NOW.plus(7 * Time::DAY),
    }]
}

pub fn report() -> UsageReport {
    let quota = |name: &str, limit, used| Quota { name: name.into(), limit, used };
    let usage = |quantity: &str, unit: &str, object: &str, amount| Usage {
        quantity: quantity.into(),
        unit: unit.into(),
        object: object.into(),
        amount,
    };
    UsageReport {
        from: NOW.plus(-30 * Time::DAY),
        to: NOW,
        usage: vec![
            usage("cpu_seconds", "s", "import", 41.2),
            usage("peak_memory_bytes", "B", "import", 9.4e7),
            usage("requests", "", "pages", 1_204.0),
        ],
        by_actor: vec![],
        quotas: vec![
            quota("stored_bytes", 1 << 40, 4_200_000_000),
            quota("samples", 50_000_000, 107_863),
            quota("running_jobs", 4, 1),
        ],
    }
}

pub fn audit_rows() -> Vec<AuditRow> {
    vec![AuditRow {
        id: id(70),
        at: NOW,
        actor_kind: "user".into(),
        actor: None,
        actor_name: "ines@northgate.example".into(),
        action: "member.added".into(),
        object_kind: "user".into(),
        object: id(3).to_string(),
        detail: serde_json::json!({"role": "curator"}),
        request_id: "r1".into(),
        position: Some(41),
        hash: Some("ef".repeat(32)),
    }]
}

pub fn chain_head() -> ChainHead {
    ChainHead { position: 41, hash: "ef".repeat(32), sealed_at: Some(NOW), unsealed: 2 }
}
