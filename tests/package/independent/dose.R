# The dose-toxicity curve by lme4: logistic regression with an effect of the study, by adaptive quadrature.
# usage: Rscript dose.R   reads doses.csv, writes dose.csv beside itself
suppressMessages(library(lme4))
set <- commandArgs(FALSE)
folder <- dirname(sub("^--file=", "", set[grep("^--file=", set)]))
doses <- read.csv(file.path(folder, "doses.csv"))
rows <- list()
for (case in unique(doses$case)) {
  d <- doses[doses$case == case, ]
  for (reference in c(400, 250)) {
    d$x <- log(d$dose / reference)
    fit <- glmer(cbind(dose_limiting, patients - dose_limiting) ~ x + (1 | study), d, binomial, nAGQ = 100,
                 control = glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9)))
    # with the spread among the parameters of the observed information, as the band needs it
    loss <- function(p) -sum(sapply(split(d, d$study), function(e) log(integrate(function(u) sapply(u, function(v)
      exp(sum(dbinom(e$dose_limiting, e$patients, plogis(p[1] + p[2] * e$x + p[3] * v), log = TRUE))) * dnorm(v)),
      -9, 9, rel.tol = 1e-10)$value)))
    best <- c(fixef(fit), as.data.frame(VarCorr(fit))$sdcor)
    covariance <- solve(optimHess(best, loss, control = list(ndeps = rep(1e-3, 3))))
    add <- function(quantity, value) rows[[length(rows) + 1]] <<- data.frame(case, reference, quantity, value = signif(value, 8))
    add("intercept", best[1]); add("slope", best[2]); add("spread", best[3])
    for (i in 1:3) for (j in 1:i) add(paste("covariance", i, j), covariance[i, j])
    for (level in c(95, 90)) for (dose in c(200, 400, 800)) {
      design <- c(1, log(dose / reference))
      half <- qnorm(0.5 + level / 200) * sqrt(drop(design %*% covariance[1:2, 1:2] %*% design))
      middle <- sum(design * best[1:2])
      add(paste(dose, "mg", level, "percent"), 100 * plogis(middle))
      add(paste(dose, "mg", level, "percent_low"), 100 * plogis(middle - half))
      add(paste(dose, "mg", level, "percent_high"), 100 * plogis(middle + half))
    }
  }
}
versions <- data.frame(r = paste(R.version$major, R.version$minor, sep = "."), lme4 = as.character(packageVersion("lme4")))
write.csv(cbind(versions, do.call(rbind, rows)), file.path(folder, "dose.csv"), row.names = FALSE, quote = FALSE)
