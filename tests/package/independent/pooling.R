# Pooled hazard ratios by metafor: the trials of trials.csv, each case at 95% and at 90%.
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
  three("fixed", common)
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
  weights <- weights(classical)
  for (i in seq_along(weights)) add(case, level, left_out, paste("weight", d$trial[i]), weights[i])
}
for (case in unique(trials$case)) {
  d <- trials[trials$case == case, ]
  for (level in c(95, 90)) pooled(d, case, level, "none")
  if (nrow(d) > 2) for (trial in d$trial) pooled(d[d$trial != trial, ], case, 95, trial)
}
found <- do.call(rbind, rows)
versions <- data.frame(r = paste(R.version$major, R.version$minor, sep = "."), metafor = as.character(packageVersion("metafor")))
write.csv(cbind(versions, found), file.path(folder, "pooling.csv"), row.names = FALSE, quote = FALSE)
