// Where a newcomer begins: examples that are ready to run, what was open lately, and where models go.
#pragma once
#include <QAbstractButton>
#include <QWidget>

class QCheckBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace athanor {

struct Example {
    QString workflow; // the name of its file, without ending
    QString title, text; // for people
};
QList<Example> examples();

// An example as a card: picture, title, a sentence.
class ExampleCard : public QAbstractButton {
    Q_OBJECT
public:
    ExampleCard(const Example& example, QWidget* parent);
    static constexpr int width = 176, pictureHeight = 132; // pixels

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const Example m_example;
    const QImage m_picture;
};

class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent);

    void setRecent(const QStringList& paths);
    void setModelsNote(bool onlyStarter, const QString& folder);
    void setShowsAtStart(bool shows);
    const QList<ExampleCard*>& cards() const { return m_cards; }
    QString modelsNote() const; // empty: none

signals:
    void exampleWanted(const QString& workflow, const QString& title);
    void newWanted();
    void openWanted();
    void recentWanted(const QString& path);
    void modelsFolderWanted();
    void showAtStartChanged(bool shows);
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeCards();
    QWidget* makeBegin();
    QWidget* makeRecent();
    QWidget* makeModels();
    QWidget* makeFoot();
    void placeCards();

    QList<ExampleCard*> m_cards;
    QGridLayout* m_grid = nullptr;
    QVBoxLayout* m_recent = nullptr;
    QLabel* m_models = nullptr;
    QWidget* m_modelsBox = nullptr;
    QCheckBox* m_atStart = nullptr;
    int m_columns = 0;
};

// The same in small, over a canvas without nodes.
class EmptyCanvas : public QWidget {
    Q_OBJECT
public:
    explicit EmptyCanvas(QWidget* canvas); // not its viewport, whose children scroll away

signals:
    void exampleWanted(const QString& workflow, const QString& title);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void place();
};

}
