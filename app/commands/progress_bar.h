// One line on the terminal that says what a run is doing; nothing where stderr is no terminal.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace athanor {

class ProgressBar {
public:
    ProgressBar();
    ~ProgressBar(); // takes the line away
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // A phase without steps: "decoding".
    void show(std::string_view phase);
    // A share of a phase, 0…1: "loading 42 %".
    void show(std::string_view phase, double share);
    // Steps done of all: "sampling [####------] 8/20  1.25 s/step  0:15 left".
    void showSteps(std::string_view phase, int done, int all);
    // A line of its own above the bar, terminal or not.
    void note(const std::string& line);
    void clear();

private:
    void draw(const std::string& line);

    bool m_visible;
    std::string m_line;
    std::chrono::steady_clock::time_point m_firstStep;
};

// As showSteps shows it, after `seconds` of sampling.
std::string stepsLine(std::string_view phase, int done, int all, double seconds);

}
