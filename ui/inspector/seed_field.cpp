#include "ui/inspector/seed_field.h"

#include "ui/common/flat_button.h"
#include "ui/common/theme.h"
#include "ui/inspector/field_edit.h"

#include <QHBoxLayout>
#include <QRandomGenerator>

#include <initializer_list>
#include <variant>

namespace athanor {

namespace {

constexpr uint64_t mostDrawn = 4'294'967'295; // of ten digits, as other programs draw them, so that they can be told

}

SeedField::SeedField(QWidget* parent)
    : ParamWidget(parent)
    , m_edit(new FieldEdit(this))
    , m_dice(new FlatButton("dice", tr("Throw the dice: another seed"), this))
    , m_lock(new FlatButton("lock", {}, this))
    , m_lastUsed(new FlatButton("history", {}, this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_edit->setFont(monospaceFont());
    setFocusProxy(m_edit);
    for (QWidget* part : std::initializer_list<QWidget*>{m_edit, m_dice, m_lock, m_lastUsed})
        layout->addWidget(part);
    connect(m_edit, &FieldEdit::committed, this, [this](const QString& text) {
        bool isNumber = false;
        QString digits;
        for (const QChar c : text)
            if (!c.isSpace())
                digits += c;
        const uint64_t seed = digits.toULongLong(&isNumber);
        if (isNumber)
            offer(seed, {});
    });
    connect(m_edit, &FieldEdit::stepped, this, [this](int steps, bool large) {
        const uint64_t by = large ? 10 : 1;
        if (steps > 0)
            offer(m_seed > UINT64_MAX - by ? UINT64_MAX : m_seed + by, QStringLiteral("step"));
        else
            offer(m_seed < by ? 0 : m_seed - by, QStringLiteral("step"));
    });
    connect(m_dice, &FlatButton::clicked, this,
        [this] { offer(QRandomGenerator::global()->generate64() % (mostDrawn + 1), {}); });
    connect(m_lock, &FlatButton::clicked, this, [this] { emit freshWanted(!m_fresh); });
    connect(m_lastUsed, &FlatButton::clicked, this, [this] {
        if (m_last)
            offer(*m_last, {});
    });
}

// A seed of one's own is to stay.
void SeedField::offer(uint64_t seed, const QString& gesture)
{
    if (m_fresh)
        emit freshWanted(false);
    emit changed(wholeValue(seed), gesture);
}

void SeedField::display(const ParamValue& value, bool mixed)
{
    if (const auto* whole = std::get_if<int64_t>(&value))
        m_seed = *whole < 0 ? 0 : uint64_t(*whole);
    else if (const auto* large = std::get_if<uint64_t>(&value))
        m_seed = *large;
    m_mixed = mixed;
    showAll();
}

void SeedField::displayRuns(bool fresh, std::optional<uint64_t> last)
{
    m_fresh = fresh;
    m_last = last;
    showAll();
}

void SeedField::showAll()
{
    m_edit->setPlaceholderText(m_fresh ? tr("new for each run") : tr("several"));
    m_edit->display(m_fresh || m_mixed ? QString() : QString::number(m_seed));
    m_lock->setIconName(m_fresh ? "unlock" : "lock", m_fresh);
    m_lock->setText(m_fresh ? tr("Keep one seed") : tr("Draw another seed for each run"));
    m_lastUsed->setEnabled(m_last && (m_fresh || *m_last != m_seed));
    m_lastUsed->setText(m_last ? tr("Take the seed of the last run, %1").arg(*m_last) : tr("No run yet"));
}

}
