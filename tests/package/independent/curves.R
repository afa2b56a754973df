# Values for the tests of curves: Kaplan-Meier estimates of made-up patients, and the points that a table of them would hold.
# usage: Rscript curves.R     writes curve_points.csv (by half month, as in a published table) and curves.csv beside itself
suppressMessages(library(survival))
set.seed(20090101)
rows <- points <- list()
note <- function(trial, months, quantity, value) rows[[length(rows) + 1]] <<- data.frame(trial, months, quantity, value = signif(value, 8))
arm <- function(n, shape, median, follow) {
  time <- rweibull(n, shape, median / log(2)^(1 / shape))
  end <- runif(n, follow / 3, follow)
  data.frame(time = pmin(time, end), died = time <= end)
}
# as Asia-Pacific; large and little censored; small; no difference
cases <- list(unequal = list(c(150, 1.2, 6.5, 20), c(76, 1.2, 4.2, 20)), large = list(c(600, 1.1, 12, 40), c(600, 1.1, 9, 40)),
              small = list(c(40, 1.3, 10, 24), c(40, 1.3, 6, 24)), equal = list(c(300, 1.2, 8, 24), c(300, 1.2, 8, 24)))
for (trial in names(cases)) {
  found <- list()
  for (i in 1:2) {
    patients <- do.call(arm, as.list(cases[[trial]][[i]]))
    curve <- survfit(Surv(time, died) ~ 1, patients, conf.type = "log-log")
    grid <- seq(0, 12.5, 0.5)
    at <- summary(curve, times = grid, extend = TRUE)
    points[[length(points) + 1]] <- data.frame(study = trial, arm = c("experimental", "control")[i], months = grid,
                                               at_risk = at$n.risk, survival = round(100 * at$surv, 1))
    name <- c("experimental", "control")[i]
    note(trial, NA, paste0(name, "_median"), summary(curve)$table["median"])
    for (t in c(3, 6, 12)) {
      at <- summary(curve, times = t)
      mean <- summary(curve, rmean = t)$table
      found[[paste(i, t)]] <- c(at$surv, at$std.err, mean["rmean"], mean["se(rmean)"])
      note(trial, t, name, 100 * at$surv)
      note(trial, t, paste0(name, "_low"), 100 * at$lower)
      note(trial, t, paste0(name, "_high"), 100 * at$upper)
      note(trial, t, paste0(name, "_mean"), mean["rmean"])
    }
  }
  for (t in c(3, 6, 12)) {
    one <- found[[paste(1, t)]]; two <- found[[paste(2, t)]]
    for (j in c(1, 3)) {
      difference <- one[j] - two[j]; error <- qnorm(0.975) * sqrt(one[j + 1]^2 + two[j + 1]^2)
      what <- if (j == 1) "difference" else "gain"
      unit <- if (j == 1) 100 else 1
      note(trial, t, what, unit * difference)
      note(trial, t, paste0(what, "_low"), unit * (difference - error))
      note(trial, t, paste0(what, "_high"), unit * (difference + error))
    }
  }
}
write.csv(do.call(rbind, points), "curve_points.csv", row.names = FALSE, quote = FALSE)
versions <- data.frame(r = as.character(getRversion()), survival = as.character(packageVersion("survival")))
write.csv(cbind(versions, do.call(rbind, rows)), "curves.csv", row.names = FALSE, quote = FALSE)
