// What runs tell, on the standard output: lines for people, or one JSON object a line.
#pragma once
#include "app/commands/progress_bar.h"
#include "app/engine/engine.h"
#include "app/files/interrupt.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <mutex>
#include <string>

namespace athanor {

class RunPrinter {
public:
    // previewFolder: where pictures on the way go; empty: none are made.
    RunPrinter(bool json, std::string previewFolder, Interrupt& interrupt);

    // From any thread. The events' Done is not told; what tells it is the summary.
    void event(RunId run, const RunEvent& event);
    void done(RunId run, const RunSummary& summary);
    void saved(const std::string& path); // not by a run
    void note(const std::string& text);

    bool outputFailed() const { return m_failed; } // nobody reads any more
    // After all runs. Throws Error: CannotWrite where nobody read on, Cancelled, or the first problem.
    void finish();

private:
    void print(const nlohmann::ordered_json& line);
    void printText(const RunEvent& event);
    std::string writePreview(RunId run, const RunEvent& event);
    void out(const std::string& line);

    const bool m_json;
    const std::string m_previewFolder;
    Interrupt& m_interrupt;
    std::mutex m_mutex;
    ProgressBar m_bar;
    RunSummary m_all; // of all runs together
    std::atomic<bool> m_failed = false;
};

}
