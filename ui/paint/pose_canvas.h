// Where poses are made: people whose joints are dragged, hidden and shown, who are moved and made larger as a whole.
#pragma once
#include "inference/preprocess/pose_map.h"
#include "ui/paint/sheet_canvas.h"

#include <cstdint>
#include <optional>
#include <string>

namespace athanor {

class PoseCanvas : public SheetCanvas {
    Q_OBJECT
public:
    explicit PoseCanvas(QWidget* parent = nullptr);

    // OpenPose's JSON. An own edit that comes back keeps what is chosen.
    void setText(const std::string& text);
    const std::string& text() const { return m_text; }
    const QString& problem() const { return m_problem; }
    const Poses& poses() const { return m_poses; }
    std::optional<size_t> chosen() const { return m_chosen; } // a person
    void choose(std::optional<size_t> person);
    // As one step, told to who listens.
    void change(const QString& what, Poses poses);
    void addPerson();
    void removePerson(); // the chosen one

signals:
    void edited(const std::string& text, const QString& what);
    void chosenChanged();

protected:
    void press(const Pointer& pointer) override;
    void drag(const Pointer& pointer) override;
    void release(const Pointer& pointer) override;
    void hover(const Pointer& pointer) override;
    void pressRight(const Pointer& pointer) override;
    bool takeKey(const QKeyEvent& event) override;
    bool cancel() override;
    void paintSheet(QPainter& painter, const QRect& part) override;
    void paintTools(QPainter& painter) override;

private:
    struct Joint {
        size_t person = 0, index = 0;
        bool operator==(const Joint&) const = default;
    };
    std::optional<Joint> jointAt(QPointF sheet) const;
    std::optional<size_t> personAt(QPointF sheet) const;
    bool isOnCorner(QPointF sheet) const; // of the chosen one's frame
    QRectF frameOf(size_t person) const; // in the widget
    QPointF pixelOf(const PosePoint& point) const;
    PosePoint shareOf(QPointF sheet) const;
    void toggle(const Joint& joint);
    void show(Poses poses);

    enum class Act : uint8_t { None, Joint, Move, Scale };
    std::string m_text;
    QString m_problem;
    Poses m_poses, m_before; // before the drag
    QImage m_map;
    std::optional<size_t> m_chosen;
    std::optional<Joint> m_hovered, m_dragged;
    Act m_act = Act::None;
    QPointF m_start;
};

}
