#include "app/commands/progress_bar.h"

#include "app/files/standard_error.h"
#include "inference/weights/printable.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace athanor {

namespace {

constexpr int barWidth = 24;

std::string fixed(double value)
{
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, std::min(value, 1e9), std::chars_format::fixed, 2).ptr};
}

std::string clockText(double seconds)
{
    const auto all = int64_t(std::llround(seconds));
    const std::string rest = std::to_string(all % 60);
    return std::to_string(all / 60) + (rest.size() < 2 ? ":0" : ":") + rest;
}

}

std::string stepsLine(std::string_view phase, int done, int all, double seconds)
{
    const int filled = all > 0 ? barWidth * done / all : 0;
    std::string line = std::string(phase) + " [" + std::string(size_t(filled), '#')
        + std::string(size_t(barWidth - filled), '-') + "] " + std::to_string(done) + '/' + std::to_string(all);
    if (done > 0) {
        const double each = seconds / done;
        line += "  " + fixed(each) + " s/step  " + clockText(each * (all - done)) + " left";
    }
    return line;
}

ProgressBar::ProgressBar()
    : m_visible(errorIsTerminal())
    , m_firstStep(std::chrono::steady_clock::now())
{
}

ProgressBar::~ProgressBar()
{
    clear();
}

void ProgressBar::clear()
{
    draw({});
}

void ProgressBar::show(std::string_view phase)
{
    draw(std::string(phase));
    m_firstStep = std::chrono::steady_clock::now();
}

void ProgressBar::show(std::string_view phase, double share)
{
    show(std::string(phase) + ' ' + std::to_string(int(share * 100)) + " %");
}

void ProgressBar::showSteps(std::string_view phase, int done, int all)
{
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - m_firstStep;
    draw(stepsLine(phase, done, all, time.count()));
}

void ProgressBar::note(const std::string& line)
{
    const std::string bar = m_line;
    clear();
    tellError(line);
    draw(bar);
}

void ProgressBar::draw(const std::string& line)
{
    if (!m_visible || line == m_line)
        return;
    writeError("\r\x1b[K" + printable(line)); // titles of nodes come from files
    m_line = line;
}

}
