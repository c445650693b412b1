//! Every flag and its help, nothing else.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rust_decimal::Decimal;

/// Where the index is built by default.
pub const DEFAULT_INDEX: &str = "index";
/// The sample reports that are indexed by default.
pub const DEFAULT_CORPUS: &str = "corpus";

/// Full-text search over Vietnamese provincial reports.
///
/// Finds reports by words typed with or without diacritics, filters and counts them by province, period and metric,
/// and reads the figures they state as values.
#[derive(Debug, Parser)]
#[command(name = "baocao", version, max_term_width = 100)]
pub struct Cli {
    /// Folder of the index
    #[arg(long, global = true, value_name = "DIR", env = "BAOCAO_INDEX", default_value = DEFAULT_INDEX)]
    pub index: PathBuf,

    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read files, folders or .ndjson into the index; only what changed is read
    Index(IndexArgs),
    /// Search reports
    Search(SearchArgs),
    /// List the figures that reports state, as values with their sentence
    Figures(FiguresArgs),
    /// Count reports by province, period and metric
    Facets(FacetsArgs),
    /// Show one report: what was recognised, with evidence, and its figures
    Show(ShowArgs),
    /// Recompute what reports state and list what does not hold
    Check(CheckArgs),
    /// Print a text with its damaged words restored, line by line
    Restore(RestoreArgs),
    /// Complete a word: terms, provinces, zones, metrics, periods
    Suggest(SuggestArgs),
    /// List reports related to one
    Similar(SimilarArgs),
    /// Check that documents, columns and spans of the index fit together
    Verify,
    /// Show how a text is analysed, and why it matches a report
    Analyze(AnalyzeArgs),
    /// Print sizes and counts of the index
    Stats(StatsArgs),
    /// Write the index for a distributed engine: configurations and analysed documents
    Export(ExportArgs),
    /// Print a query as a request to a distributed engine
    Query(QueryArgs),
}

/// Filters that several subcommands share; within one they are joined by OR, between them by AND.
#[derive(Debug, Args, Clone, Default)]
pub struct FilterArgs {
    /// Province, region or zone, in any spelling (quang ninh, QN, ĐBSH); repeatable
    #[arg(long, short = 'p', value_name = "PLACE", help_heading = "Filters")]
    pub province: Vec<String>,
    /// Period: 2020, 2020-H1, "6 thang dau nam 2020", 2019..2021, =2020 for the year itself; repeatable
    #[arg(long, short = 't', value_name = "PERIOD", help_heading = "Filters")]
    pub period: Vec<String>,
    /// Metric with its branch: fdi, fdi.capital, "thu ngan sach"; repeatable
    #[arg(long, short = 'm', value_name = "METRIC", help_heading = "Filters")]
    pub metric: Vec<String>,
    /// Industrial park or economic zone; repeatable
    #[arg(long, value_name = "ZONE", help_heading = "Filters")]
    pub zone: Vec<String>,
    /// Kind of report: half-year, quarter, annual, …; repeatable
    #[arg(long, value_name = "KIND", help_heading = "Filters")]
    pub kind: Vec<String>,
    /// Publisher; repeatable
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    pub publisher: Vec<String>,
    /// Basis of a figure: actual, estimate, target, cumulative, stock; repeatable
    #[arg(long, value_name = "BASIS", help_heading = "Filters")]
    pub basis: Vec<String>,
    /// Units that provinces are read and grouped by: those of the report's own time, or the 34 of July 2025
    #[arg(long, value_enum, default_value_t = BoundariesArg::Own, value_name = "YEAR", help_heading = "Filters")]
    pub boundaries: BoundariesArg,
}

/// Division of the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum BoundariesArg {
    /// Units of the report's own time
    #[default]
    Own,
    /// Units of July 2025: Kon Tum counts to Quảng Ngãi; `figures` adds up what can be added up
    #[value(name = "2025")]
    Of2025,
}

/// `baocao index`
#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Files and folders to read; default: corpus
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Throw the index away first and build it anew
    #[arg(long)]
    pub rebuild: bool,
    /// Say which reports would be new, changed, moved or removed, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Index words alone: recognise no figures, provinces, periods, zones and kinds
    ///
    /// About twice as fast, and a fifth smaller. What metadata gives of a report is kept, so filters by it work; figures and answers
    /// there are none. A later run without this option annotates what stands in the index.
    #[arg(long)]
    pub no_figures: bool,
    /// A metric table (TOML) over the built-in one, kept in the index for later runs; --rebuild without it drops it
    #[arg(long, value_name = "FILE")]
    pub taxonomy: Option<PathBuf>,
    /// Names of places (lines of name, kind and province, parted by tabs) over the built-in ones, kept in the index for
    /// later runs; --rebuild without it drops them
    ///
    /// The kind is `name` (another name of a province or region), `town` (a place in it) or `zone` (`KCN …`); the province is
    /// a slug or a name. Lines that begin with # are passed over.
    #[arg(long, value_name = "FILE")]
    pub gazetteer: Option<PathBuf>,
    /// Read of folders only files that match this pattern, as in a .gitignore ('*.pdf', '2020/', '**/bao-cao-*'); repeatable
    ///
    /// Patterns are matched below each given folder. What is left out, by this or the next options, is treated as gone: it
    /// leaves the index. Files given themselves are read in any case. Symbolic links are followed, save back into a folder
    /// that holds them.
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Leave out files and folders that match this pattern; wins over --include; '!x' takes x back; repeatable
    ///
    /// For good, write patterns into a file .baocaoignore: it counts for its folder and all below, as a .gitignore does.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Read hidden files and folders too, those whose name begins with a point
    ///
    /// A pattern '!.name' in a .baocaoignore takes in a single one.
    #[arg(long)]
    pub hidden: bool,
    /// Stay and follow the files: index again whenever some change, until Ctrl-C
    #[arg(long, conflicts_with = "dry_run")]
    pub watch: bool,
    /// Memory that the run may take, 512M or 2G; a plain number is megabytes; at least 64M
    ///
    /// Reading waits where annotating and writing do not keep up. A text too long for it is skipped with the reason. Pages of the index that
    /// are mapped while segments are merged come on top: they are files, which the system takes back at need.
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = memory)]
    pub memory: usize,
    /// Encoding of plain text, CSV, records, web pages and mails, packed or not, where detection is wrong: utf-8, utf-16le,
    /// windows-1258, tcvn3, vni, vps, viscii, viqr; a later run without it detects again
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// Output of `search`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SearchFormat {
    /// For reading in a terminal
    Text,
    /// One JSON object
    Json,
    /// One JSON object a line: one for each query
    Ndjson,
}

/// What understood names do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UnderstandArg {
    /// They are words and nothing else
    Off,
    /// Reports that agree stand first, and a figure may answer
    Prefer,
    /// They are filters too
    Filter,
}

impl From<UnderstandArg> for baocao::query::Understand {
    fn from(how: UnderstandArg) -> Self {
        match how {
            UnderstandArg::Off => Self::Off,
            UnderstandArg::Prefer => Self::Prefer,
            UnderstandArg::Filter => Self::Filter,
        }
    }
}

/// `baocao search`
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The query: words with or without diacritics, "phrase", -word, OR, (…), word*, field:value, fdi.capital>500 triệu USD
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Filters
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Number of hits
    #[arg(long, short = 'n', default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub limit: u32,
    /// Number of hits to pass over
    #[arg(long, default_value_t = 0)]
    pub offset: u32,
    /// Print the counts by province, period and metric
    #[arg(long)]
    pub facets: bool,
    /// With the counts, also the values that no report has
    #[arg(long)]
    pub zero: bool,
    /// Leave out texts whose marks contradict the typed ones
    #[arg(long)]
    pub strict: bool,
    /// No typo tolerance
    #[arg(long)]
    pub exact: bool,
    /// What to do with a province, period or metric that the query names
    #[arg(long, value_enum, value_name = "HOW", default_value_t = UnderstandArg::Prefer)]
    pub understand: UnderstandArg,
    /// Print how each score comes about, and why the answer was taken
    #[arg(long)]
    pub explain: bool,
    /// Read queries from a file, one a line
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub queries: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = SearchFormat::Text)]
    pub format: SearchFormat,
}

/// Output of `figures`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For reading in a terminal
    Table,
    /// Comma-separated values
    Csv,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
    /// Excel workbook; a sheet for the figures and one for each pivot table
    Xlsx,
}

/// Order of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FigureSort {
    /// Largest value first
    Value,
    /// Newest period first
    Period,
    /// By province
    Province,
}

/// `baocao figures`
#[derive(Debug, Args)]
pub struct FiguresArgs {
    /// Filters
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only figures of reports that match this query
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    /// Condition on a value, `fdi.capital > 500 triệu USD`; repeatable
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<String>,
    /// Order
    #[arg(long, value_enum)]
    pub sort: Option<FigureSort>,
    /// At most so many
    #[arg(long, short = 'n')]
    pub limit: Option<u32>,
    /// Coverage matrix by two of province, period, metric, basis, report: what has a value and what is missing
    #[arg(long, value_name = "ROWS,COLUMNS")]
    pub pivot: Option<String>,
    /// Show values in this unit, "tỷ đồng"; other dimensions stay as they are
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// Dong per dollar, for values in the other currency than --unit; what is converted is marked as computed
    #[arg(long, value_name = "NUMBER", requires = "unit")]
    pub rate: Option<Decimal>,
    /// Compute growth on the year before where both values are stated
    #[arg(long, conflicts_with = "pivot")]
    pub growth: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Write to a file instead of standard output
    #[arg(long, short = 'o', value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `baocao facets`
#[derive(Debug, Args)]
pub struct FacetsArgs {
    /// Filters
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Only reports that match this query
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    /// Also the values that no report has
    #[arg(long)]
    pub zero: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `baocao show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Id, path or file name of the report
    pub report: String,
    /// Name the rule that read each figure
    #[arg(long)]
    pub explain: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `baocao check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Filters
    #[command(flatten)]
    pub filters: FilterArgs,
    /// List the relations that hold as well
    #[arg(long)]
    pub all: bool,
    /// Print JSON, one object a line
    #[arg(long)]
    pub json: bool,
}

/// `baocao restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// File to read; standard input where none is given
    pub file: Option<PathBuf>,
}

/// `baocao suggest`
#[derive(Debug, Args)]
pub struct SuggestArgs {
    /// Beginning of a word or of a query whose last word is completed
    pub prefix: String,
    /// Number of suggestions
    #[arg(long, short = 'n', default_value_t = 10)]
    pub limit: u32,
}

/// `baocao similar`
#[derive(Debug, Args)]
pub struct SimilarArgs {
    /// Id, path or file name of the report
    pub report: String,
    /// Number of reports
    #[arg(long, short = 'n', default_value_t = 10)]
    pub limit: u32,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `baocao analyze`
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// The text
    pub text: String,
    /// Say how each word of the text meets this report
    #[arg(long, value_name = "REPORT")]
    pub against: Option<String>,
}

/// `baocao stats`
#[derive(Debug, Args)]
pub struct StatsArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A distributed engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RemoteEngine {
    /// Quickwit 0.9
    Quickwit,
    /// Elasticsearch 8 or OpenSearch
    #[value(alias = "es")]
    Elasticsearch,
}

/// `baocao export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Folder to write to
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The engine to write for
    #[arg(long, value_enum)]
    pub to: RemoteEngine,
    /// Only the reports of one of N shards, told by a hash of the id: 2/16
    #[arg(long, value_name = "K/N")]
    pub shard: Option<baocao::export::Shard>,
    /// The most megabytes of one file; Quickwit takes 10 at once
    #[arg(long, value_name = "MB", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub part_size: u32,
    /// Print the manifest as JSON
    #[arg(long)]
    pub json: bool,
}

/// `baocao query`
#[derive(Debug, Args)]
pub struct QueryArgs {
    /// The query, as for search
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// The engine to ask
    #[arg(long = "as", value_enum, value_name = "ENGINE")]
    pub engine: RemoteEngine,
    /// Ask the figures index, where filters and conditions hold on the same figure
    #[arg(long)]
    pub figures: bool,
    /// Filters
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Number of hits
    #[arg(long, short = 'n', default_value_t = 10)]
    pub limit: u32,
    /// Number of hits to pass over
    #[arg(long, default_value_t = 0)]
    pub offset: u32,
    /// Do not ask for counts by province, period and metric
    #[arg(long)]
    pub no_facets: bool,
    /// Leave out texts whose marks contradict the typed ones
    #[arg(long)]
    pub strict: bool,
    /// No near forms from the index at hand
    #[arg(long)]
    pub exact: bool,
    /// What to do with a province, period or metric that the query names
    #[arg(long, value_enum, value_name = "HOW", default_value_t = UnderstandArg::Prefer)]
    pub understand: UnderstandArg,
}

/// `512M`, `1.5G`, `300` (megabytes) to bytes.
fn memory(text: &str) -> Result<usize, String> {
    let lower = text.trim().to_ascii_lowercase();
    let bare = lower.trim_end_matches("ib").trim_end_matches('b');
    let (number, unit) = match bare.chars().last() {
        Some('k') => (&bare[..bare.len() - 1], 1e3),
        Some('m') => (&bare[..bare.len() - 1], 1e6),
        Some('g') => (&bare[..bare.len() - 1], 1e9),
        _ => (bare, 1e6),
    };
    let number: f64 = number
        .trim()
        .parse()
        .map_err(|_| "expected a size such as 512M or 2G".to_owned())?;
    let bytes = number * unit;
    if !(64e6..=1e12).contains(&bytes) {
        return Err("expected at least 64M and at most 1000G".to_owned());
    }
    Ok(bytes as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_any_usual_spelling() {
        for (text, bytes) in [
            ("256", 256_000_000),
            ("64M", 64_000_000),
            ("512mb", 512_000_000),
            ("1.5G", 1_500_000_000),
            ("2 GiB", 2_000_000_000),
            ("100000k", 100_000_000),
        ] {
            assert_eq!(memory(text), Ok(bytes), "{text}");
        }
        for bad in ["", "M", "63M", "-1G", "nan", "2T", "1e99G"] {
            assert!(memory(bad).is_err(), "{bad}");
        }
    }
}
