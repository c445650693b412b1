//! Which sections a report of each kind has, and what they state.

use std::fmt::Write as _;

use super::{Writer, push_upper};
use crate::support::report::Kind;
use crate::support::say;

/// One paragraph's worth of facts.
type Say = fn(&mut Writer<'_>);

impl Writer<'_> {
    pub(in crate::support) fn body(&mut self, title: &str) {
        let target = self.rng.log_normal(560.0, 0.38).clamp(300.0, 1200.0) as usize;
        self.chrome_before(title);
        let plan: &[(&str, &str, &[Say])] = match self.head.kind {
            Kind::Zones => &[
                ("opening", "Tình hình chung", &[]),
                (
                    "investment",
                    "Thu hút đầu tư",
                    &[
                        |w| w.new_projects(),
                        |w| w.level(&say::INVESTMENT),
                        |w| w.level(&say::FDI),
                        |w| w.level(&say::DDI),
                        |w| w.raised(),
                        |w| w.standing(),
                    ],
                ),
                (
                    "industry",
                    "Sản xuất, kinh doanh của doanh nghiệp",
                    &[
                        |w| {
                            if w.rng.chance(50) {
                                w.level(&say::REVENUE)
                            } else {
                                w.level(&say::REVENUE_USD)
                            }
                        },
                        |w| w.trade(),
                        |w| w.level(&say::OUTPUT),
                        |w| w.level(&say::BUDGET_PAID),
                    ],
                ),
                ("planning", "Quy hoạch, xây dựng hạ tầng", &[|w| w.zones()]),
                ("clearance", "Giải phóng mặt bằng", &[]),
                ("environment", "Tài nguyên và môi trường", &[]),
                (
                    "labour",
                    "Lao động, việc làm",
                    &[|w| w.standing_labour(), |w| w.level(&say::CREATED)],
                ),
                ("admin", "Cải cách hành chính", &[|w| w.service()]),
                ("limits", "Tồn tại, hạn chế", &[]),
                ("tasks", "Nhiệm vụ, giải pháp", &[|w| w.goals()]),
                ("closing", "Kiến nghị", &[]),
            ],
            Kind::Economy => &[
                (
                    "opening",
                    "Tình hình chung",
                    &[
                        |w| {
                            if w.rng.chance(50) {
                                w.grdp()
                            } else {
                                w.growth(&say::GRDP_GROWTH)
                            }
                        },
                        |w| w.level(&say::GRDP_HEAD),
                    ],
                ),
                (
                    "agriculture",
                    "Nông, lâm nghiệp và thủy sản",
                    &[|w| w.growth(&say::AGRI_GROWTH), |w| w.level(&say::FARMING)],
                ),
                (
                    "industry",
                    "Công nghiệp",
                    &[|w| w.growth(&say::IIP), |w| w.level(&say::OUTPUT)],
                ),
                (
                    "trade",
                    "Thương mại, dịch vụ",
                    &[
                        |w| w.level(&say::RETAIL),
                        |w| w.level(&say::EXPORTS),
                        |w| w.level(&say::IMPORTS),
                    ],
                ),
                (
                    "tourism",
                    "Du lịch",
                    &[|w| w.visitors(), |w| w.level(&say::TOURISM)],
                ),
                (
                    "budget",
                    "Thu, chi ngân sách",
                    &[
                        |w| w.level(&say::BUDGET),
                        |w| w.level(&say::BUDGET_HOME),
                        |w| w.level(&say::BUDGET_TRADE),
                        |w| w.level(&say::BUDGET_OUT),
                    ],
                ),
                (
                    "construction",
                    "Đầu tư phát triển",
                    &[
                        |w| w.level(&say::SOCIAL),
                        |w| w.level(&say::PUBLIC),
                        |w| w.enterprises(),
                    ],
                ),
                (
                    "social",
                    "Văn hóa, xã hội",
                    &[
                        |w| w.level(&say::CREATED),
                        |w| w.share(&say::POVERTY),
                        |w| w.level(&say::INCOME),
                    ],
                ),
                ("security", "Quốc phòng, an ninh", &[]),
                ("limits", "Hạn chế và nguyên nhân", &[]),
                ("tasks", "Nhiệm vụ trọng tâm", &[|w| w.goals()]),
                ("closing", "Tổ chức thực hiện", &[]),
            ],
            Kind::Statistics => &[
                (
                    "opening",
                    "Tổng quan",
                    &[|w| w.growth(&say::GRDP_GROWTH), |w| w.level(&say::GRDP)],
                ),
                (
                    "agriculture",
                    "Nông nghiệp",
                    &[|w| w.growth(&say::AGRI_GROWTH)],
                ),
                ("industry", "Công nghiệp", &[|w| w.growth(&say::IIP)]),
                (
                    "construction",
                    "Đầu tư, xây dựng",
                    &[|w| w.level(&say::REALIZED), |w| w.level(&say::FDI_DONE)],
                ),
                (
                    "trade",
                    "Thương mại và giá cả",
                    &[
                        |w| w.level(&say::RETAIL),
                        |w| w.prices(),
                        |w| w.level(&say::EXPORTS),
                        |w| w.level(&say::IMPORTS),
                    ],
                ),
                ("tourism", "Du lịch", &[|w| w.visitors()]),
                (
                    "social",
                    "Một số tình hình xã hội",
                    &[|w| w.share(&say::POVERTY), |w| w.level(&say::CREATED)],
                ),
                ("closing", "Kiến nghị", &[]),
            ],
            Kind::Customs => &[
                ("opening", "Đặc điểm tình hình", &[]),
                ("customs", "Thủ tục và giám sát", &[|w| w.trade()]),
                ("budget", "Thu ngân sách", &[|w| w.level(&say::BUDGET)]),
                ("admin", "Cải cách, hiện đại hóa", &[|w| w.service()]),
                ("security", "Chống buôn lậu", &[]),
                ("limits", "Khó khăn", &[]),
                ("tasks", "Nhiệm vụ thời gian tới", &[|w| w.goals()]),
            ],
            Kind::Planning => &[
                ("opening", "Tình hình chung", &[]),
                (
                    "investment",
                    "Thu hút đầu tư",
                    &[
                        |w| w.new_projects(),
                        |w| w.level(&say::FDI_NEW),
                        |w| w.level(&say::FDI_ADDED),
                        |w| w.standing(),
                    ],
                ),
                (
                    "construction",
                    "Đầu tư công",
                    &[|w| w.level(&say::PUBLIC), |w| w.level(&say::SOCIAL)],
                ),
                (
                    "trade",
                    "Phát triển doanh nghiệp",
                    &[|w| w.enterprises(), |w| w.growth(&say::REVENUE)],
                ),
                ("admin", "Cải cách hành chính", &[|w| w.service()]),
                ("limits", "Hạn chế", &[]),
                ("tasks", "Nhiệm vụ, giải pháp", &[|w| w.goals()]),
                ("closing", "Đề xuất", &[]),
            ],
        };
        let headings = self.rng.below(4);
        let any = self.lexicon.section("any");
        for (i, (section, heading, says)) in plan.iter().enumerate() {
            match headings {
                0 => {
                    let _ = writeln!(self.out, "{}. {heading}", i + 1);
                }
                1 => {
                    let roman = [
                        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
                    ][i];
                    let _ = write!(self.out, "{roman}. ");
                    push_upper(heading, &mut self.out);
                    self.out.push('\n');
                }
                2 => {
                    let _ = write!(self.out, "Về {}: ", heading.to_lowercase());
                }
                _ => {}
            }
            let section = self.lexicon.section(section);
            let open = self.out.len();
            if says.is_empty() || self.rng.chance(60) {
                self.filler(section);
            }
            for say in *says {
                if self.rng.chance(78) {
                    say(self);
                    if self.rng.chance(40) {
                        self.filler(section);
                    }
                }
            }
            if self.out.len() == open {
                self.filler(section);
            }
            let quota = target * (i + 1) / plan.len();
            self.count();
            let mut lines = 0;
            while self.words < quota {
                let from = if self.rng.chance(25) { any } else { section };
                self.filler(from);
                self.count();
                lines += 1;
                if lines % 4 == 0 {
                    self.paragraph();
                }
            }
            self.paragraph();
        }
        self.chrome_after();
        while self.out.ends_with(char::is_whitespace) {
            self.out.pop();
        }
    }
}
