# Pooled hazard ratios by metafor, and the Bayesian ones by R's adaptive integration: the trials of trials.csv, each
# case at 95% and at 90%.
# usage: Rscript pooling.R   writes pooling.csv beside itself
suppressMessages(library(metafor))
set <- commandArgs(FALSE)
folder <- dirname(sub("^--file=", "", set[grep("^--file=", set)]))
trials <- read.csv(file.path(folder, "trials.csv"))
z <- qnorm(0.5 + trials$level / 200)
trials$y <- log(trials$hr)
trials$s <- (log(trials$hr_high) - log(trials$hr_low)) / (2 * z)

rows <- list()
add <- function(case, level, left_out, quantity, value) {
  rows[[length(rows) + 1]] <<- data.frame(case, level, left_out, quantity, value = signif(value, 10))
}
pooled <- function(d, case, level, left_out) {
  precise <- list(tau2.max = 100, threshold = 1e-12, tol = 1e-12)
  common <- rma(y, sei = s, data = d, method = "FE", level = level)
  classical <- rma(y, sei = s, data = d, method = "PM", level = level, control = precise)
  few <- rma(y, sei = s, data = d, method = "PM", test = "adhoc", level = level, control = precise)
  three <- function(name, fit) {
    add(case, level, left_out, name, exp(fit$b[1]))
    add(case, level, left_out, paste(name, "low"), exp(fit$ci.lb))
    add(case, level, left_out, paste(name, "high"), exp(fit$ci.ub))
  }
  three("common", common)
  three("random", classical)
  three("hartung_knapp", few)
  if (nrow(d) > 2) {
    # Higgins, Thompson and Spiegelhalter 2009: metafor's predict takes the normal quantile here, so it is written out
    half <- qt(0.5 + level / 200, nrow(d) - 2) * sqrt(classical$tau2 + classical$se^2)
    add(case, level, left_out, "prediction low", exp(classical$b[1] - half))
    add(case, level, left_out, "prediction high", exp(classical$b[1] + half))
  }
  add(case, level, left_out, "q", common$QE)
  add(case, level, left_out, "q_p", common$QEp)
  add(case, level, left_out, "tau2", classical$tau2)
  # I2 by Q: metafor's own is by tau2
  add(case, level, left_out, "i2", max(0, 100 * (common$QE - common$k + 1) / common$QE))
  # the interval of tau2 by the Q profile; both ends missing where no variance fits
  profile <- suppressMessages(confint(classical, control = list(tau2.max = 1e4, tol = 1e-10)))$random["tau^2", ]
  add(case, level, left_out, "tau2 low", profile["ci.lb"])
  add(case, level, left_out, "tau2 high", profile["ci.ub"])
  for (fit in list(common, classical)) {
    name <- if (fit$method == "FE") "common" else "random"
    shares <- weights(fit)
    for (i in seq_along(shares)) add(case, level, left_out, paste("weight", name, d$trial[i]), shares[i])
  }
  bayesian(d, case, level, left_out)
}

# Normal-normal hierarchical model, flat prior of the mean, half-normal prior of tau with scale 0.5. Not from a package:
# bayesmeta is not in Debian. The densities are written by dnorm, and the mean effect is integrated over, not left out.
bayesian <- function(d, case, level, left_out) {
  given <- function(tau) { # likelihood with the mean integrated out, and the mean's normal distribution
    v <- d$s^2 + tau^2
    centre <- sum(d$y / v) / sum(1 / v)
    list(centre = centre, sd = sqrt(1 / sum(1 / v)),
         density = prod(dnorm(d$y, centre, sqrt(v))) * sqrt(2 * pi / sum(1 / v)) * 2 * dnorm(tau, 0, 0.5))
  }
  over <- function(f, to = Inf) {
    at <- function(taus) sapply(taus, function(tau) { g <- given(tau); g$density * f(tau, g) })
    ends <- unique(c(pmin(c(0, 0.05, 0.2, 0.5, 1, 3), to), if (is.finite(to)) to else 6)) # beyond: below 1e-32
    sum(mapply(function(a, b) integrate(at, a, b, rel.tol = 1e-9, subdivisions = 1000)$value, head(ends, -1), ends[-1]))
  }
  whole <- over(function(tau, g) 1)
  quantile <- function(share, of) uniroot(function(x) over(of(x)) / whole - share, c(-20, 20), tol = 1e-9)$root
  mean_below <- function(x) function(tau, g) pnorm(x, g$centre, g$sd)
  next_below <- function(x) function(tau, g) pnorm(x, g$centre, sqrt(g$sd^2 + tau^2))
  low <- 0.5 - level / 200
  add(case, level, left_out, "bayesian", exp(quantile(0.5, mean_below)))
  add(case, level, left_out, "bayesian low", exp(quantile(low, mean_below)))
  add(case, level, left_out, "bayesian high", exp(quantile(1 - low, mean_below)))
  add(case, level, left_out, "bayesian next low", exp(quantile(low, next_below)))
  add(case, level, left_out, "bayesian next high", exp(quantile(1 - low, next_below)))
  tau_at <- function(share) uniroot(function(x) over(function(tau, g) 1, x) / whole - share, c(1e-9, 5), tol = 1e-9)$root
  add(case, level, left_out, "bayesian tau", tau_at(0.5))
  add(case, level, left_out, "bayesian tau low", tau_at(low))
  add(case, level, left_out, "bayesian tau high", tau_at(1 - low))
  for (i in seq_along(d$y)) {
    share <- over(function(tau, g) (1 / (d$s[i]^2 + tau^2)) * g$sd^2) / whole
    add(case, level, left_out, paste("weight bayesian", d$trial[i]), 100 * share)
  }
}
for (case in unique(trials$case)) {
  d <- trials[trials$case == case, ]
  for (level in c(95, 90)) pooled(d, case, level, "none")
  if (nrow(d) > 2) for (trial in d$trial) pooled(d[d$trial != trial, ], case, 95, trial)
}
found <- do.call(rbind, rows)
versions <- data.frame(r = paste(R.version$major, R.version$minor, sep = "."), metafor = as.character(packageVersion("metafor")))
write.csv(cbind(versions, found), file.path(folder, "pooling.csv"), row.names = FALSE, quote = FALSE)
