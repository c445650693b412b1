//! `baocao export` and `baocao query`: the hand-over to a distributed engine.

use std::io::Write;

use baocao::Engine;
use baocao::export::{ExportRequest, Target};
use baocao::query::{Filters, SearchRequest};

use super::Outcome;
use super::args::{ExportArgs, QueryArgs, RemoteEngine};
use super::output::json_pretty;

impl From<RemoteEngine> for Target {
    fn from(engine: RemoteEngine) -> Self {
        match engine {
            RemoteEngine::Quickwit => Self::Quickwit,
            RemoteEngine::Elasticsearch => Self::Elasticsearch,
        }
    }
}

/// Writes configurations and documents, and prints what was written.
pub fn export(engine: &Engine, args: &ExportArgs, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let request = ExportRequest {
        shard: args.shard,
        part_bytes: u64::from(args.part_size) << 20,
        ..ExportRequest::new(args.to.into(), &args.dir)
    };
    let written = engine.export(&request)?;
    if args.json {
        json_pretty(out, &written)?;
    } else {
        writeln!(
            out,
            "{} reports and {} figures in {} files in {}",
            written.reports,
            written.figures,
            written.parts.len(),
            args.dir.display()
        )?;
    }
    Ok(Outcome::of(written.reports > 0))
}

/// Prints the body of the request; where to send it goes to standard error.
pub fn query(engine: &Engine, args: &QueryArgs, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let request = SearchRequest {
        query: args.query.join(" "),
        filters: Filters::from(&args.filters),
        limit: args.limit as usize,
        offset: args.offset as usize,
        facets: !args.no_facets,
        strict: args.strict,
        exact: args.exact,
        understand: args.understand.into(),
        ..SearchRequest::default()
    };
    let remote = engine.remote_request(args.engine.into(), args.figures, &request)?;
    for issue in &remote.issues {
        eprintln!("baocao: {}", issue.message);
    }
    eprintln!("POST {}", remote.path);
    json_pretty(out, &remote.body)?;
    Ok(Outcome::Found)
}
