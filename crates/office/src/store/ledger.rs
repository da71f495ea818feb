//! 医療券交付処理簿: every voucher once, with its month, what it was made of, and the file that carries its newest version.

use domain::month::TreatmentMonth;
use storage::{Row, Statement, StoreError, Tx, params};

use crate::store::decisions::Stored;

/// Whether a voucher stands, and if not, who withdrew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Withdrawn {
    /// It stands.
    No,
    /// Somebody withdrew it: the run does not issue it anew.
    ByHand,
    /// An event took its days: when days come back, the run issues another.
    ByEvent,
}

impl Withdrawn {
    const fn code(self) -> i64 {
        match self {
            Withdrawn::No => 0,
            Withdrawn::ByHand => 1,
            Withdrawn::ByEvent => 2,
        }
    }
}

/// A line of the ledger.
pub(crate) struct Line<'a> {
    pub(crate) month: i64,
    pub(crate) link: &'a str,
    pub(crate) record: &'a str,
    /// Its entrustment; kept from the first line on.
    pub(crate) entrustment: Option<&'a str>,
    pub(crate) revision: u32,
    pub(crate) lane: &'a str,
    pub(crate) number: i64,
    pub(crate) withdrawn: Withdrawn,
}

/// A voucher of a month as the ledger and its newest version have it.
pub(crate) struct Entered {
    pub(crate) entrustment: Option<String>,
    pub(crate) withdrawn: Withdrawn,
    pub(crate) version: Stored,
}

static ENTER: Statement = Statement::new(
    "INSERT INTO voucher (month, link, record, entrustment, revision, lane, number, withdrawn)
     VALUES (:month, :link, :record, :entrustment, :revision, :lane, :number, :withdrawn)",
);
static CORRECT: Statement = Statement::new(
    "UPDATE voucher SET revision = :revision, lane = :lane, number = :number, withdrawn = :withdrawn
     WHERE month = :month AND link = :link AND record = :record",
);
static OF_MONTH: Statement = Statement::new(
    "SELECT v.entrustment, v.withdrawn, d.link, d.kind, d.record, d.revision, d.content, d.said,
            d.lane, d.number, d.decided_at
     FROM voucher AS v JOIN decision AS d
       ON d.link = v.link AND d.kind = 'voucher' AND d.record = v.record AND d.revision = v.revision
     WHERE v.month = :month AND v.link >= :first AND v.link <= :last
     ORDER BY v.link, v.record",
);

/// A treatment month as a number: year × 100 + month.
pub(crate) fn month_number(month: TreatmentMonth) -> i64 {
    i64::from(month.year()) * 100 + i64::from(month.month())
}

/// Enters vouchers, and corrects the lines of those that are in it.
pub(crate) async fn put_all(tx: &mut Tx, lines: &[Line<'_>]) -> Result<(), StoreError> {
    let (first, newer): (Vec<&Line<'_>>, Vec<&Line<'_>>) = lines.iter().partition(|line| line.revision == 1);
    let entered: Vec<_> = first
        .into_iter()
        .map(|line| {
            params! {
                month: line.month, link: line.link, record: line.record, entrustment: line.entrustment,
                revision: line.revision, lane: line.lane, number: line.number, withdrawn: line.withdrawn.code(),
            }
        })
        .collect();
    tx.execute_each(&ENTER, &entered).await?;
    let corrected: Vec<_> = newer
        .into_iter()
        .map(|line| {
            params! {
                month: line.month, link: line.link, record: line.record, revision: line.revision,
                lane: line.lane, number: line.number, withdrawn: line.withdrawn.code(),
            }
        })
        .collect();
    tx.execute_each(&CORRECT, &corrected).await?;
    Ok(())
}

/// The vouchers of a month of the people from `first` to `last`, in the order of links.
pub(crate) async fn of_month(
    tx: &mut Tx,
    month: TreatmentMonth,
    first: &str,
    last: &str,
) -> Result<Vec<Entered>, StoreError> {
    let values = params! { month: month_number(month), first, last };
    let read = |row: &Row| {
        Ok(Entered {
            entrustment: row.opt_text("entrustment")?.map(str::to_owned),
            withdrawn: match row.int("withdrawn")? {
                0 => Withdrawn::No,
                2 => Withdrawn::ByEvent,
                _ => Withdrawn::ByHand,
            },
            version: super::decisions::read(row)?,
        })
    };
    tx.all(&OF_MONTH, &values).await?.iter().map(read).collect()
}
