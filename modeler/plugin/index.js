module.exports = { name: "caseflow", script: "./client.js" };
