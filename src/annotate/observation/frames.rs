//! Frames in which a number stands without the name of its metric beside it: the words around tell.

use super::{Base, Item, Kind, Reader, Work, clause_at, word};
use crate::annotate::number::Quantity;
use crate::annotate::units::Unit;

impl Reader<'_> {
    /// Whether the number before counts poor households of the whole, not those close to poverty, nor those that left it.
    pub(super) fn counts_the_poor(&self, items: &[Item], at: usize) -> bool {
        let Some(count) = items[..at]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Quantity(_)))
        else {
            return false;
        };
        let end = items[count].end;
        // `hộ nghèo giảm còn 2.300 hộ, tỷ lệ 1,4%`
        let named = self.exact(end - 1) == "hộ"
            && items[..count]
                .iter()
                .rev()
                .filter(|i| i.end - i.first >= 2 || !i.is(word::NEUTRAL))
                .find(|i| !i.is(word::ONTO | word::DOWN | word::LEVEL | word::ABOUT))
                .filter(|i| i.end - i.first >= 2)
                .is_some_and(|i| (self.exact(i.end - 2), self.exact(i.end - 1)) == ("hộ", "nghèo"));
        let households = named
            || (self.exact(end - 1), self.exact(end)) == ("hộ", "nghèo")
            || (self.exact(end), self.exact(end + 1)) == ("hộ", "nghèo");
        let changed = self
            .governing(items, count)
            .any(|i| i.is(word::UP | word::DOWN) && !i.is(word::ONTO))
            && !self.governing(items, count).any(|i| i.is(word::ONTO));
        let plain = items[count + 1..at].iter().all(|i| {
            i.is(word::SHARE | word::NEUTRAL | word::LEVEL)
                || matches!(i.kind, Kind::Mark(',' | '('))
                || self.exact(i.first) == "nghèo"
        });
        households && !changed && plain && !self.is_local(items, at)
    }

    /// `toàn tỉnh còn 3,1% hộ nghèo`
    pub(super) fn share_of_the_poor(&self, items: &[Item], at: usize) -> bool {
        let end = items[at].end;
        (self.exact(end), self.exact(end + 1)) == ("hộ", "nghèo")
            && !self.is_local(items, at)
            && !self
                .governing(items, at)
                .any(|i| i.is(word::TARGET | word::SUBSET))
            && !items[at + 1..]
                .iter()
                .skip(1)
                .take(3)
                .any(|i| i.is(word::SUBSET))
    }

    /// `IIP tăng 2,3% so với tháng trước và 10,8% so với cùng kỳ`: the verb of the first holds for the second; whether it falls.
    pub(super) fn same_verb(&self, items: &[Item], at: usize, base: Base) -> Option<bool> {
        let first = items[..at]
            .iter()
            .rposition(|i| matches!(i.kind, Kind::Quantity(_)))?;
        let Kind::Quantity(index) = items[first].kind else {
            return None;
        };
        let since = first + 1;
        let gap = &items[since..at];
        let (joint, compared) = gap.split_last()?;
        let other = compared
            .iter()
            .any(|i| i.is(word::MOM | word::YTD | word::YOY) || i.kind == Kind::Period)
            && compared
                .first()
                .is_some_and(|i| i.is(word::VERSUS | word::MOM | word::YTD))
            && compared.len() <= 4;
        let tied = matches!(self.exact(joint.first), "và" | "," | ";");
        let stated = items
            .get(at + 1)
            .is_some_and(|i| i.is(word::VERSUS | word::YOY | word::MOM | word::YTD));
        if !(self.quantities[index].unit == Unit::Percent
            && other
            && tied
            && stated
            && matches!(base, Base::Year | Base::Month | Base::Start)
            && base != self.base(items, first, &items[since..at]))
        {
            return None;
        }
        self.governing(items, first)
            .find(|i| i.is(word::UP | word::DOWN))
            .map(|i| i.is(word::DOWN))
            // `tăng 0,5% so tháng trước; 3,4% so cùng kỳ; 1,9% so tháng 12`
            .or_else(|| {
                let base = self.base(items, first, &items[since..at]);
                self.same_verb(items, first, base)
            })
    }

    /// `đã cho thuê 410 ha/760 ha, chiếm tỷ lệ 54% diện tích đất công nghiệp cho thuê`: what of the land is let.
    pub(super) fn share_let(&self, items: &[Item], at: usize) -> bool {
        let end = items[at].end;
        let land = (self.exact(end), self.exact(end + 1)) == ("diện", "tích")
            && matches!(self.exact(end + 2), "đất" | "có" | "cho");
        let open = land && (end + 2..end + 9).any(|t| self.exact(t) == "thuê");
        let before = items[at].first.saturating_sub(14)..items[at].first;
        let told = || {
            before.clone().any(|t| {
                self.exact(t) == "thuê" || (self.exact(t), self.exact(t + 1)) == ("lấp", "đầy")
            })
        };
        open && self.speaks_of_zones(items[at].first) && told() && !self.is_local(items, at)
    }

    /// The occupancy of clusters where they, not zones, were spoken of last.
    pub(super) fn of_clusters(&self, items: &[Item], at: usize, code: &str) -> String {
        if code == "zones.occupancy" {
            let whose = items[..at].iter().rev().find_map(|i| match i.kind {
                Kind::Quantity(q) => match self.quantities[q].unit {
                    Unit::Clusters => Some(true),
                    Unit::Zones => Some(false),
                    _ => None,
                },
                // `Những cụm đã hoạt động lấp đầy 82%`
                _ if matches!(self.exact(i.first), "cụm")
                    && i.first
                        .checked_sub(1)
                        .is_some_and(|t| matches!(self.exact(t), "các" | "những")) =>
                {
                    Some(true)
                }
                _ if i.is(word::CLUSTER) => Some(!i.is(word::ZONE)),
                _ => i.is(word::ZONE).then_some(false),
            });
            if whose == Some(true) {
                return "clusters.occupancy".into();
            }
        }
        code.to_owned()
    }

    /// `các doanh nghiệp trong KCN sử dụng 27.000 lao động`: those employed in zones, where a verb tells of them.
    pub(super) fn employed(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) -> bool {
        let items = w.items;
        if quantity.unit != Unit::Persons || w.company || !self.speaks_of_zones(items[at].first) {
            return false;
        }
        let clause = clause_at(items, at);
        let verb = items[clause..at]
            .iter()
            .rev()
            .find(|i| !i.is(word::ABOUT | word::AT_LEAST))
            .is_some_and(|i| {
                (i.first..i.end).any(|t| {
                    matches!(
                        (self.exact(t), self.exact(t + 1)),
                        ("thu", "hút") | ("sử", "dụng") | ("nuôi" | "dùng", _)
                    )
                }) || self.exact(i.end - 1) == "dụng" && i.end >= 2 && self.exact(i.end - 2) == "sử"
            });
        let workers = (items[at].first..items[at].end).any(|t| {
            matches!(
                (self.exact(t), self.exact(t + 1)),
                ("lao", "động") | ("công", "nhân")
            )
        });
        let many = items[clause..at].iter().any(|i| {
            i.is(word::ZONE)
                || matches!(i.kind, Kind::Quantity(q) if matches!(self.quantities[q].unit, Unit::Zones | Unit::Enterprises | Unit::Projects))
                || (i.first..i.end).any(|t| {
                    // `Những dự án này dùng 21.000 lao động`
                    let named = matches!(
                        (self.exact(t), self.exact(t + 1)),
                        ("dự", "án") | ("doanh", "nghiệp") | ("nhà", "máy")
                    );
                    named && t.checked_sub(1).is_some_and(|t| matches!(self.exact(t), "các" | "những"))
                })
        });
        let at_work = self.at_work(items, at, clause);
        let foreign = items[clause..at]
            .iter()
            .any(|i| i.is(word::COMPANY | word::SINGLE | word::TARGET) && !i.is(word::NEUTRAL));
        let part = matches!(
            self.exact(items[at].end),
            "nữ" | "nước" | "địa" | "phổ" | "có" | "kĩ" | "mới"
        );
        let told = at_work || verb && workers && many;
        if !told || foreign || part {
            return false;
        }
        self.emit(
            w,
            at,
            quantity,
            "labour.employed",
            "",
            quantity.value,
            "workers employed",
        );
        // `sử dụng 40.000 lao động, trong đó 39.000 người …`: what follows is a part.
        self.spend(&mut w.state);
        true
    }

    /// `các KCN có 39.000 người làm việc`, `21.000 lao động có việc làm`, `Lao động đến nay: 21.000 người`.
    fn at_work(&self, items: &[Item], at: usize, clause: usize) -> bool {
        let word = |t: usize| self.exact(t);
        let end = items[at].end;
        // Whom the number counts stands in it, or before it.
        let heads = matches!(
            (word(items[clause].first), word(items[clause].first + 1)),
            ("lao", "động") | ("công", "nhân")
        ) && items[clause..at].iter().all(|i| {
            i.kind == Kind::Period
                || matches!(i.kind, Kind::Mark(':' | ','))
                || i.is(word::NEUTRAL | word::STOCK | word::LEVEL | word::ABOUT | word::AT_LEAST)
        });
        let unit = (items[at].first..end).any(|t| matches!(word(t), "người" | "động" | "nhân"));
        let works = (end..end + 8)
            .take_while(|&t| {
                !matches!(
                    word(t),
                    "." | ";" | "(" | ":" | "là" | "cho" | "nâng" | "đưa"
                )
            })
            .find(|&t| {
                matches!(
                    (word(t), word(t + 1)),
                    ("làm", "việc") | ("có", "việc" | "chỗ") | ("đang", "làm")
                )
            })
            .is_some_and(|t| {
                !(t..t + 5).any(|t| {
                    matches!(
                        (word(t), word(t + 1)),
                        ("tại" | "ở", "nhà") | ("từ", "xa") | ("mới", _)
                    )
                }) && !(end..t)
                    .any(|t| matches!(word(t), "nữ" | "nước" | "chưa" | "không" | "được"))
            });
        let changed = self
            .governing(items, at)
            .any(|i| i.is(word::UP | word::DOWN | word::NEW | word::NOT | word::PART));
        let part = items[self.since(items, at)..at]
            .iter()
            .any(|i| i.is(word::PART))
            || self.differs(items, at).is_some();
        unit && (heads || works) && !changed && !part
    }

    /// `tạo ra 21.000 việc làm mới`, `tạo thêm 9.000 việc làm`: the unit says what was made.
    pub(super) fn jobs(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) -> bool {
        let items = w.items;
        let end = items[at].end;
        let unit = (self.exact(end.wrapping_sub(2)), self.exact(end - 1)) == ("việc", "làm");
        let made = self.governing(items, at).any(|i| {
            (i.first..i.end).any(|t| {
                matches!(self.exact(t), "tạo")
                    || (self.exact(t), self.exact(t + 1)) == ("giải", "quyết")
            })
        });
        // `giải quyết cho 22.000 lao động`
        let settled = (self.exact(end.wrapping_sub(2)), self.exact(end - 1)) == ("lao", "động")
            && {
                let first = items[at].first;
                let back = |n: usize| first.checked_sub(n).map_or("", |t| self.exact(t));
                (back(3), back(2), back(1)) == ("giải", "quyết", "cho")
            };
        let unit = unit || settled;
        let foreign = items[..at]
            .iter()
            .any(|i| i.is(word::COMPANY | word::SINGLE) && !i.is(word::NEUTRAL));
        if quantity.unit != Unit::Persons || !unit || !made || w.company || foreign {
            return false;
        }
        self.level(w, at, quantity, "labour.created", "jobs made");
        true
    }

    /// `cấp mới 310 doanh nghiệp`, `doanh nghiệp mới: 310 (vốn 2.100 tỷ đồng)`: enterprises, and the capital beside their count.
    pub(super) fn founded(&self, w: &mut Work<'_>, at: usize, quantity: &Quantity) -> bool {
        let items = w.items;
        if w.company {
            return false;
        }
        if quantity.unit == Unit::Enterprises {
            let new = self
                .governing(items, at)
                .take(2)
                .any(|i| i.is(word::NEW) && self.exact(i.end - 1) == "mới");
            let behind = self.behind(items, at).first();
            let other = behind.is_some_and(|i| i.is(word::FDI | word::DDI | word::ACTIVE));
            if new && !other {
                self.level(w, at, quantity, "enterprises.new", "newly registered");
                self.spend(&mut w.state);
            }
            return new && !other;
        }
        let Some((last_item, last)) = w.state.last.filter(|_| quantity.unit == Unit::Vnd) else {
            return false;
        };
        let gap = &items[(last_item + 1).min(at)..at];
        let capital = w.figures[last].metric == "enterprises.new"
            && gap.len() <= 4
            && gap.iter().any(|i| self.exact(i.first) == "vốn")
            && !gap
                .iter()
                .any(|i| matches!(i.kind, Kind::Cue(_) | Kind::Quantity(_)));
        if capital {
            self.level(
                w,
                at,
                quantity,
                "enterprises.new.capital",
                "capital of enterprises",
            );
        }
        capital
    }

    /// `đã chi 1.250 tỷ đồng vốn đầu tư công`: what was spent of it.
    pub(super) fn public_funds_spent(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
    ) -> bool {
        let items = w.items;
        let end = items[at].end;
        let funds = (self.exact(end), self.exact(end + 1)) == ("vốn", "đầu")
            && self.exact(end + 3) == "công";
        let spent = self.governing(items, at).any(|i| {
            (i.first..i.end)
                .any(|t| matches!(self.exact(t), "chi" | "tiêu" | "ngân" | "toán" | "rút"))
        });
        let planned = self
            .governing(items, at)
            .any(|i| i.is(word::PLAN | word::TARGET));
        if quantity.unit != Unit::Vnd || !funds || !spent || planned || w.company {
            return false;
        }
        self.level(
            w,
            at,
            quantity,
            "public_investment.disbursed",
            "spent of public funds",
        );
        true
    }

    /// `GRDP theo giá so sánh ước đạt x. Theo giá hiện hành, quy mô ước y`: the same product, told of before.
    pub(super) fn at_current_prices(
        &self,
        w: &mut Work<'_>,
        at: usize,
        quantity: &Quantity,
    ) -> bool {
        /// Figures that may stand between: of the branches.
        const BETWEEN: usize = 8;
        if quantity.unit != Unit::Vnd || w.company {
            return false;
        }
        let items = w.items;
        let since = self.since(items, at);
        let (first, end) = (items[since.min(at)].first, items[at].first);
        let priced = (first..end).any(|t| {
            (self.exact(t), self.exact(t + 1), self.exact(t + 2)) == ("giá", "hiện", "hành")
        });
        let plain = items[since..at].iter().all(|i| {
            i.is(word::NEUTRAL | word::LEVEL | word::ESTIMATE | word::ABOUT | word::AT_LEAST)
                || matches!(i.kind, Kind::Period | Kind::Mark(_) | Kind::Unknown)
        });
        let told = w
            .figures
            .iter()
            .rev()
            .take(BETWEEN)
            .any(|f| f.metric == "grdp.value" && f.unit == "VND" && quantity.value > f.value);
        if !(priced && plain && told) || self.unknown_between(items, since, at) > 3 {
            return false;
        }
        self.level(w, at, quantity, "grdp.value", "at current prices");
        true
    }

    /// `Có 588 doanh nghiệp thành lập mới. Tổng số vốn đăng ký 6.200 tỷ đồng`: of the enterprises that the sentence before counted.
    pub(super) fn of_those_founded(&self, w: &Work<'_>, cue: usize, quantity: &Quantity) -> bool {
        let starts = w.items[..cue]
            .iter()
            .all(|i| i.is(word::NEUTRAL) || i.kind == Kind::Mark(','));
        let registered = (w.items[cue].first..w.items[cue].end).any(|t| self.exact(t) == "kí");
        starts
            && registered
            && quantity.unit == Unit::Vnd
            && w.figures.last().is_some_and(|f| {
                f.metric == "enterprises.new"
                    && f.span.end < quantity.span.start
                    && !self.text[f.span.end..quantity.span.start].contains('\n')
                    && quantity.span.start - f.span.end < 300
            })
    }

    /// `vốn FDI đăng ký 3,6 tỷ USD, thực hiện 2,5 tỷ USD`: the part of the capital just told that was spent.
    pub(super) fn spent_of(&self, gap: &[(usize, &Item)], code: &str) -> Option<String> {
        let (family, _) = code.split_once(".capital")?;
        let mut words = gap
            .iter()
            .map(|(_, i)| *i)
            .filter(|i| !i.is(word::ABOUT | word::AT_LEAST) && i.kind != Kind::Mark(','));
        let verb = words.next()?;
        let spent = matches!(
            (self.exact(verb.first), self.exact(verb.first + 1)),
            ("thực", "hiện") | ("giải", "ngân")
        ) || verb.is(word::DISBURSE);
        (family != "investment" && spent && words.all(|i| i.is(word::LEVEL | word::ESTIMATE)))
            .then(|| format!("{family}.disbursed"))
    }
}
