// A seed: typed, thrown with the dice, kept by the lock or drawn anew for each run, or taken from the last run.
#pragma once
#include "ui/inspector/param_widgets.h"

#include <cstdint>
#include <optional>

namespace athanor {

class FieldEdit;
class FlatButton;

class SeedField : public ParamWidget {
    Q_OBJECT
public:
    explicit SeedField(QWidget* parent);
    void display(const ParamValue& value, bool mixed) override;
    // Whether each run draws another, and which the last run had.
    void displayRuns(bool fresh, std::optional<uint64_t> last);

signals:
    void freshWanted(bool fresh);

private:
    void showAll();
    void offer(uint64_t seed, const QString& gesture);

    bool m_fresh = false, m_mixed = false;
    uint64_t m_seed = 0;
    std::optional<uint64_t> m_last;
    FieldEdit* m_edit;
    FlatButton *m_dice, *m_lock, *m_lastUsed;
};

}
