# Values for the tests of survival and interval_coverage, by other means than the package's.
# usage: Rscript survival.R     writes survival.csv beside it (some minutes)
suppressMessages(library(survival))
set.seed(20080724)
rows <- list()
note <- function(name, value, error = 0) rows[[length(rows) + 1]] <<- data.frame(name, value = signif(value, 7), error = signif(error, 3))

# Areas under curves and hazard ratios, by numerical integration and R's own distributions
weibull <- function(t, shape, median) pweibull(t, shape, median / log(2)^(1 / shape), lower.tail = FALSE)
loglogistic <- function(t, shape, median) plogis(shape * (log(t) - log(median)), lower.tail = FALSE)
hazard <- function(alive, t, ...) -(log(alive(t + 1e-4, ...)) - log(alive(t - 1e-4, ...))) / 2e-4
for (name in c("weibull", "loglogistic")) {
  alive <- get(name)
  for (horizon in c(6, 12)) note(paste0(name, "-area-", horizon), integrate(alive, 0, horizon, shape = 1.3, median = 10, rel.tol = 1e-10)$value)
  note(paste0(name, "-alive-6"), 100 * alive(6, 1.3, 10))
  note(paste0(name, "-hazard-ratio-6"), hazard(alive, 6, 1.3, 10) / hazard(alive, 6, 0.9, 7))
}

# The fitted curves of SHARP's printed numbers: penalised least squares by Nelder-Mead
for (name in c("weibull", "loglogistic")) {
  alive <- get(name)
  expected <- log(if (name == "weibull") 1.22 else 1.63)
  loss <- function(p) {
    both <- c(alive(c(10.7, 12), exp(p[1]), p[2]) - c(0.5, 0.44), alive(c(7.9, 12), exp(p[1]), p[3]) - c(0.5, 0.33))
    sum((100 * both)^2) + ((p[1] - expected) / 0.07)^2
  }
  found <- optim(c(expected, 10.7, 7.9), loss, control = list(reltol = 1e-15, maxit = 5000))$par
  note(paste0(name, "-sharp-shape"), exp(found[1]), 1e-4)
  note(paste0(name, "-sharp-median-experimental"), found[2], 1e-3)
  note(paste0(name, "-sharp-median-control"), found[3], 1e-3)
}

# What is known after a paper has printed median 10 (8.3 to 12.1), 44% alive at 12 months give or take what rounding and misfit
# add, and of the other arm the median 8 (6.5 to 9.9) alone: curves are drawn, patients are drawn from them, and those
# curves are kept whose patients have that median and rate. No formula of an error is used.
se <- c(log(12.1 / 8.3), log(9.9 / 6.5)) / (2 * qnorm(0.975))
drawn <- 1.5e6
kept <- list()
for (block in 1:60) {
  m <- drawn / 60
  family <- runif(m) < 0.5
  steep <- ifelse(family, 1, 2 * log(2))
  shapes <- ifelse(family, 1.22, 1.63) / steep * exp(rnorm(m, 0, 0.07) + matrix(rnorm(2 * m, 0, 0.07), m))
  size <- round(1 / (se[1] * shapes[, 1] * log(2))^2)
  centre <- 10 * exp(runif(m, -0.4, 0.4))
  for (i in seq_len(m)) {
    u <- rexp(size[i])
    k <- shapes[i, 1] * steep[i]
    t <- if (family[i]) centre[i] * (u / log(2))^(1 / k) else centre[i] * expm1(u)^(1 / k)
    if (abs(log(median(t) / 10)) < 0.02 && abs(mean(t > 12) + rnorm(1, 0, 0.01) - 0.44) < 0.01)
      kept[[length(kept) + 1]] <- c(family[i], shapes[i, ] * steep[i], centre[i], 8 * exp(rnorm(1, 0, se[2])))
  }
}
kept <- do.call(rbind, kept)
area <- function(p, column, horizon) {
  alive <- if (p[1] == 1) weibull else loglogistic
  integrate(alive, 0, horizon, shape = p[1 + column], median = p[3 + column])$value
}
quantile_error <- function(x, p) sd(replicate(200, quantile(sample(x, replace = TRUE), p)))
for (horizon in c(6, 12)) {
  areas <- sapply(1:2, function(column) apply(kept, 1, area, column = column, horizon = horizon))
  areas <- cbind(areas, areas[, 1] - areas[, 2])
  for (j in 1:3) for (p in c(0.025, 0.975))
    note(paste("posterior", c("experimental", "control", "difference")[j], horizon, p, sep = "-"), quantile(areas[, j], p), quantile_error(areas[, j], p))
}
note("posterior-kept", nrow(kept))

# Kaplan-Meier estimate, log-log limits and restricted mean of sixty made-up patients
i <- 1:60
months <- ((37 * i) %% 61) / 2.3 + 0.1
curve <- survfit(Surv(months, i %% 4 > 0) ~ 1, conf.type = "log-log")
for (t in c(5, 12)) {
  at <- summary(curve, times = t)
  note(paste0("km-alive-", t), 100 * at$surv); note(paste0("km-low-", t), 100 * at$lower); note(paste0("km-high-", t), 100 * at$upper)
  mean <- summary(curve, rmean = t)$table
  note(paste0("km-mean-", t), mean["rmean"]); note(paste0("km-mean-error-", t), mean["se(rmean)"])
}
limits <- summary(curve)$table
note("km-median", limits["median"]); note("km-median-low", limits["0.95LCL"]); note("km-median-high", limits["0.95UCL"])

rows <- do.call(rbind, rows)
versions <- data.frame(r = as.character(getRversion()), survival = as.character(packageVersion("survival")))
write.csv(cbind(versions, rows), "survival.csv", row.names = FALSE, quote = FALSE)
