# Values for the tests of trial_design, from simulated trials.
# usage: Rscript trial_design.R     writes trial_design.csv beside it (two minutes)
suppressMessages(library(survival))
set.seed(20150908)
rows <- list()
note <- function(name, value, error = 0) rows[[length(rows) + 1]] <<- data.frame(name, value = signif(value, 7), error = signif(error, 3))
half <- function(x) { # median, and its standard error from ranks
  ends <- quantile(x, 0.5 + c(-1, 1) * 0.5 / sqrt(length(x)))
  c(median(x), diff(ends) / 2)
}

# Trials whose drug works only while it is taken: what Cox regression reports, who has the event, and when drug and
# follow-up end. Hazard ratio on the drug, month by which half have stopped, median of the event, months of the trial,
# month by which half are lost, Weibull shape of the event.
cases <- list(
  c(0.69, 12.5, 33.7, 48, Inf, 1), c(0.4, 3, 10, 24, Inf, 1), c(1.6, 6, 12, 36, Inf, 1), c(0.5, 12, 6, 12, Inf, 1),
  c(0.69, 17, 33.7, 48, 31, 1), c(0.58, 25, 33.7, 48, 24, 0.3), c(0.5, 6, 12, 36, 10, 0.6)
)
for (case in cases) {
  n <- 1e6
  cumulative <- function(t) log(2) * (t / case[3])^case[6]
  when <- function(h) case[3] * (h / log(2))^(1 / case[6])
  stop <- rexp(n, log(2) / case[2])
  h <- rexp(n)
  free <- case[1] * cumulative(stop)
  time <- c(ifelse(h < free, when(h / case[1]), when(h - free + cumulative(stop))), when(rexp(n)))
  end <- if (is.finite(case[5])) pmin(rexp(2 * n, log(2) / case[5]), case[4]) else rep(case[4], 2 * n)
  event <- time < end
  arm <- rep(1:0, each = n)
  model <- coxph(Surv(pmin(time, end), event) ~ arm, ties = "breslow")
  name <- paste(case, collapse = "-")
  note(paste0("diluted-", name), exp(coef(model)), exp(coef(model)) * sqrt(vcov(model)[1]))
  note(paste0("share-", name), 100 * mean(event), 100 * sd(event) / sqrt(2 * n))
  ends <- list(stop, pmin(stop, time[arm == 1]), pmin(stop, time[arm == 1], end[arm == 1]))
  for (i in 1:3) { found <- half(ends[[i]]); note(paste0("drug", i, "-", name), found[1], found[2]) }
  found <- half(pmin(time, end)[arm == 0]); note(paste0("followed-", name), found[1], found[2])
}

# Power: how many simulated trials the log-rank test finds positive, and what an interval says of the events behind it
for (case in list(c(0.7, 330, 2.5), c(0.8, 200, 15), c(0.82, 439, 2.5))) {
  n <- max(400, case[2])
  positive <- replicate(4000, {
    time <- c(rexp(n, case[1]), rexp(n))
    end <- sort(time)[case[2]]
    fit <- survdiff(Surv(pmin(time, end), time <= end) ~ rep(1:0, each = n))
    sign(fit$exp[2] - fit$obs[2]) * sqrt(fit$chisq) > qnorm(case[3] / 100, lower.tail = FALSE)
  })
  note(paste(c("power", case), collapse = "-"), 100 * mean(positive), 100 * sd(positive) / sqrt(4000))
}
time <- c(rexp(500, 0.8), rexp(500))
limits <- summary(coxph(Surv(pmin(time, 1), time < 1) ~ rep(1:0, each = 500)), conf.int = 0.9)$conf.int[3:4]
note("events-low", limits[1]); note("events-high", limits[2]); note("events-90", sum(time < 1))

rows <- do.call(rbind, rows)
versions <- data.frame(r = as.character(getRversion()), survival = as.character(packageVersion("survival")))
write.csv(cbind(versions, rows), "trial_design.csv", row.names = FALSE, quote = FALSE)
