//! `chorale ontology …`: the releases that a deployment works with. A running server sees a change at once, and its
//! worker prepares the new set; without one the first look-up does.

use super::Answer;
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::Fault;
use chorale_model::ontologies::OntologyRelease;
use chorale_platform::{Ctx, Deployment, ontologies};
use clap::Subcommand;
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub enum Ontology {
    /// Install a release; the first of a name is in use at once, another one waits for "use".
    #[command(after_help = "Example:\n  chorale ontology install MONDO\n  chorale ontology install CL --from \
                            /srv/ontologies/cl.obo.gz")]
    Install {
        /// MONDO, UBERON, CL …: the name by which fields ask for it.
        name: String,
        /// A file (OBO, CELLxGENE's JSON, cellosaurus.txt, NCBI's taxdump, drugs, genes; plain, gzip or zstd), or an
        /// https address. Absent: where the name's newest release is published.
        #[arg(long, value_name = "PATH|URL")]
        from: Option<String>,
    },
    /// What is installed and in use, and what is known beside it.
    #[command(after_help = "Example:\n  chorale ontology list --json")]
    List,
    /// Put an installed release in the place of the one in use.
    #[command(after_help = "Example:\n  chorale ontology use MONDO 5df6f6131a69ce93")]
    Use {
        name: String,
        /// Its SHA-256, or the first eight digits of it or more.
        sha256: String,
    },
    /// Forget a release; the one in use goes only as the last of its name.
    #[command(after_help = "Example:\n  chorale ontology remove MONDO 5df6f6131a69ce93")]
    Remove {
        name: String,
        /// Its SHA-256, or the first eight digits of it or more.
        sha256: String,
    },
}

pub(super) async fn run(config: Config, command: Ontology) -> Result<Answer, Fault> {
    let app = start::deployment(&config, Schema::Migrate).await?;
    let answer = answer(&app, command).await;
    app.db.close().await;
    answer
}

async fn answer(app: &Arc<Deployment>, command: Ontology) -> Result<Answer, Fault> {
    let ctx = Ctx::operator(app.clone(), None);
    match command {
        Ontology::Install { name, from } => {
            let made = ontologies::install_from(&ctx, &name, from.as_deref()).await?;
            let then = match made.in_use {
                true => "in use".to_owned(),
                false => format!("not in use; \"chorale ontology use {} {}\" does that", made.name, &made.sha256[..16]),
            };
            Ok(Answer::new(format!("{}\n{then}\n", line(&made)), json!({ "release": made })))
        }
        Ontology::List => list(&ctx).await,
        Ontology::Use { name, sha256 } => {
            let used = ontologies::use_release(&ctx, &name, &sha256).await?;
            Ok(Answer::new(format!("{}\nin use\n", line(&used)), json!({ "release": used })))
        }
        Ontology::Remove { name, sha256 } => {
            ontologies::remove_release(&ctx, &name, &sha256).await?;
            Ok(Answer::new(format!("{name} {sha256} is removed\n"), json!({ "name": name, "sha256": sha256 })))
        }
    }
}

fn line(release: &OntologyRelease) -> String {
    let OntologyRelease { name, version, terms, obsolete, names, problems, sha256, .. } = release;
    let short = &sha256[..16];
    format!("{name} {version}: {terms} terms ({obsolete} obsolete), {names} names, {problems} oddities, {short}")
}

async fn list(ctx: &Ctx) -> Result<Answer, Fault> {
    let listed = ontologies::list_releases(ctx).await?;
    let mut text = String::new();
    for release in &listed.items {
        let mark = if release.in_use { "*" } else { " " };
        text.push_str(&format!("{mark} {}\n", line(release)));
    }
    let installed = |name: &str| listed.items.iter().any(|release| release.name == name);
    let known = listed.known.iter().filter(|known| !installed(&known.name));
    let known: Vec<String> = known.map(|known| format!("{} ({})", known.name, known.title)).collect();
    if !known.is_empty() {
        text.push_str(&format!("not installed: {}\n", known.join(", ")));
    }
    if !listed.prepared {
        text.push_str("the set in use is prepared by a worker, or when it is first asked for\n");
    }
    let json = serde_json::to_value(&listed).map_err(|e| Fault::internal("describing the ontologies", e))?;
    Ok(Answer::new(text, json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::admin::tests::deployment;

    #[tokio::test]
    async fn a_release_is_installed_listed_used_and_removed() {
        let app = deployment().await;
        let folder = tempfile::tempdir().unwrap();
        let install = async |version: &str| {
            let file = folder.path().join("cl.obo");
            let text = format!("format-version: 1.2\ndata-version: {version}\n\n[Term]\nid: CL:1\nname: hepatocyte\n");
            std::fs::write(&file, text).unwrap();
            let from = Some(file.display().to_string());
            answer(&app, Ontology::Install { name: "cl".into(), from }).await.unwrap()
        };
        let (first, second) = (install("one").await, install("two").await);
        assert!(first.text.starts_with("CL one: 1 terms (0 obsolete), 1 names, 0 oddities, "), "{}", first.text);
        assert!(first.text.ends_with("\nin use\n"), "{}", first.text);
        let sha256 = second.json["release"]["sha256"].as_str().unwrap().to_owned();
        assert!(second.text.contains(&format!("\"chorale ontology use CL {}\" does that", &sha256[..16])));
        let listed = answer(&app, Ontology::List).await.unwrap();
        assert!(listed.text.contains("* CL one") && listed.text.contains("  CL two"), "{}", listed.text);
        assert!(listed.text.contains("not installed: MONDO (Mondo Disease Ontology)"), "{}", listed.text);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), 2);
        let use_second = Ontology::Use { name: "CL".into(), sha256: sha256[..8].into() };
        assert!(answer(&app, use_second).await.unwrap().text.starts_with("CL two"));
        let used = Ontology::Remove { name: "CL".into(), sha256 };
        assert!(answer(&app, used).await.unwrap_err().message.contains("use another release"));
        let nowhere = Ontology::Install { name: "NOPE".into(), from: None };
        assert_eq!(answer(&app, nowhere).await.unwrap_err().fields[0].field, "from");
    }
}
