namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>A formula that cannot be read; it is then shown as it was written, with this message. Never leaves this folder.</summary>
sealed class FormulaException(string message) : Exception(message);
